package org.silofold.silo.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Enrolment;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.agent.Registry;
import org.silofold.silo.auditor.Parties;

/**
 * The registry as its topic tells it, with every roster, policy and enrolment that is still there: a record is judged by what held when it was
 * written. Key bundles are passed over: nothing of the past
 * rests on them. Not thread-safe.
 */
public final class RegistryHistory implements Registry, Parties {
    private static final String BUNDLE = "key-bundle/";
    private static final String ENROLMENT = "enrolment/";

    /** Sequence of a party's first enrolment. */
    private static final long FIRST = 1;

    private final VerifyingKey authority;
    private final RegistryView view;
    private final Map<Digest, Roster> rosters = new LinkedHashMap<>();
    private final Map<String, Map<Long, Policy>> policies = new HashMap<>();
    private final Map<String, List<Enrolled>> enrolments = new HashMap<>();
    private long revision;

    /** An enrolment, and the key that it names. */
    private record Enrolled(Enrolment enrolment, VerifyingKey key) {
        boolean covers(long atMillis) {
            return enrolment.notBeforeMillis() <= atMillis && atMillis <= enrolment.notAfterMillis();
        }
    }

    /** An empty history. */
    public RegistryHistory(String federation, VerifyingKey authority) {
        this.authority = authority;
        this.view = new RegistryView(federation, authority);
    }

    /** Takes in the topic's next record; gives what is wrong with it. */
    Optional<Finding> apply(LogEntry entry) {
        String key = entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8);
        if (key.startsWith(BUNDLE)) {
            return Optional.empty();
        }
        try {
            if (view.apply(entry.key(), entry.value())) {
                revision++;
                remember(key);
            }
            return Optional.empty();
        } catch (RejectedException e) {
            Finding.Kind kind =
                    e.reason() == Reason.OLD_DOCUMENT ? Finding.Kind.OLD_DOCUMENT : Finding.Kind.NOT_VERIFIED;
            return Optional.of(Finding.wrong(kind, entry.at(), "registry document " + key + ": " + e.getMessage()));
        }
    }

    private void remember(String key) {
        if (key.equals("roster")) {
            rosters.put(view.rosterDigest().orElseThrow(), view.roster().orElseThrow());
        } else if (key.startsWith("policy/")) {
            String model = key.substring("policy/".length());
            Policy policy = view.policy(model).orElseThrow();
            policies.computeIfAbsent(model, name -> new HashMap<>()).put(policy.sequence(), policy);
        } else if (key.startsWith(ENROLMENT)) {
            String name = key.substring(ENROLMENT.length());
            enrolments
                    .computeIfAbsent(name, n -> new ArrayList<>())
                    .add(new Enrolled(
                            view.enrolment(name).orElseThrow(),
                            view.identityKey(name).orElseThrow()));
        }
    }

    /** Names of all aggregators of all rosters. */
    SortedSet<String> aggregators() {
        SortedSet<String> names = new TreeSet<>();
        rosters.values().forEach(roster -> names.add(roster.aggregator()));
        return names;
    }

    /** Whether the registry no longer shows the first enrolment of one of these parties: what it signed then cannot be judged. */
    boolean hasForgotten(Collection<String> names) {
        return names.stream().anyMatch(this::hasForgotten);
    }

    private boolean hasForgotten(String name) {
        List<Enrolled> known = enrolments.get(name);
        return known != null && known.get(0).enrolment().sequence() > FIRST;
    }

    @Override
    public <T> T read(Function<RegistryView, T> reader) {
        return reader.apply(view);
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public boolean loaded() {
        return true;
    }

    @Override
    public Optional<Policy> policy(String model, long sequence) {
        return Optional.ofNullable(policies.getOrDefault(model, Map.of()).get(sequence));
    }

    @Override
    public Map<Digest, Roster> rosters() {
        return Collections.unmodifiableMap(rosters);
    }

    @Override
    public VerifyingKey authority() {
        return authority;
    }

    @Override
    public Optional<VerifyingKey> identityKey(String name) {
        return view.identityKey(name);
    }

    @Override
    public Optional<VerifyingKey> identityKey(String name, long atMillis) {
        List<Enrolled> known = enrolments.getOrDefault(name, List.of());
        return known.stream()
                .filter(enrolled -> enrolled.enrolment().notBeforeMillis() <= atMillis)
                .reduce((earlier, later) -> later)
                .or(() -> known.stream().findFirst())
                .map(Enrolled::key);
    }

    @Override
    public Optional<String> organisation(String name) {
        return view.organisation(name);
    }

    /** By every enrolment that is known; before the first of them another may have held, if it is not the party's first. */
    @Override
    public boolean isRevoked(String name, long atMillis) {
        List<Enrolled> known = enrolments.getOrDefault(name, List.of());
        if (known.isEmpty()) {
            return false;
        }
        if (view.revocation(name)
                .filter(revocation -> revocation.isInForce(atMillis))
                .isPresent()) {
            return true;
        }
        boolean before = atMillis < known.get(0).enrolment().notBeforeMillis();
        return known.stream().noneMatch(enrolled -> enrolled.covers(atMillis)) && !(before && hasForgotten(name));
    }
}
