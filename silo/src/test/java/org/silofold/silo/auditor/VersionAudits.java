package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.ModelManifest.PrivacySpent;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.registry.RegistryView;
import org.silofold.silo.agent.AuditedFederation;
import org.silofold.silo.chain.ChainLink;

/** A federation with an honest version 1, and what a test needs to judge it and lies about it. */
abstract class VersionAudits {
    /** One short shard, its last block padded. */
    static final int SMALL = 2 * 2048 - 5;
    /** Two shards, the second short. */
    static final int LARGE = 97 * 2048 - 5;

    static final String FIRST = AuditedFederation.SILOS.get(0);
    static final String SECOND = AuditedFederation.SILOS.get(1);
    static final String THIRD = AuditedFederation.SILOS.get(2);

    @TempDir
    Path directory;

    final long seed = System.nanoTime();
    AuditedFederation federation;
    RegistryView view;
    ModelManifest zero;
    ModelManifest one;
    MemoryState before;
    Optional<PrivacySpent> said = Optional.empty();
    final Map<Long, Digest> digests = new HashMap<>();
    final Map<UpdateRef, Long> used = new HashMap<>();

    @BeforeEach
    void small() throws IOException {
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        found("small", SMALL);
    }

    /** A new federation with version 1 of two silos. */
    void found(String name, int parameters) throws IOException {
        found(new AuditedFederation(directory.resolve(name), parameters, seed), List.of(FIRST, SECOND));
    }

    void found(AuditedFederation made, List<String> cohort) throws IOException {
        federation = made;
        view = federation.view();
        zero = federation.initial();
        before = new MemoryState();
        assertThat(audit().initial(zero, before).root()).isEqualTo(zero.shardsRoot());
        digests.put(0L, federation.digest(zero));
        one = federation.next(zero, 0, cohort);
    }

    @AfterEach
    void stop() throws IOException {
        federation.close();
    }

    class Enrolled implements Parties {
        @Override
        public VerifyingKey authority() {
            return federation.authorityKey();
        }

        @Override
        public Optional<VerifyingKey> identityKey(String name) {
            return view.identityKey(name);
        }

        @Override
        public Optional<String> organisation(String name) {
            return view.organisation(name);
        }

        @Override
        public boolean isRevoked(String name, long atMillis) {
            return view.isRevoked(name, atMillis);
        }
    }

    final class Book implements AuditBook {
        @Override
        public Optional<Digest> manifestDigest(long version) {
            return Optional.ofNullable(digests.get(version));
        }

        @Override
        public OptionalLong versionOf(UpdateRef update) {
            return used.containsKey(update) ? OptionalLong.of(used.get(update)) : OptionalLong.empty();
        }
    }

    AuditTerms terms() {
        String model = AuditedFederation.MODEL;
        return new AuditTerms(
                view.roster().orElseThrow(),
                view.rosterDigest().orElseThrow(),
                view.policy(model).orElseThrow(),
                view.modelSpec(model).orElseThrow(),
                view.modelSpecDigest(model).orElseThrow());
    }

    VersionAudit audit() {
        return audit(new Enrolled());
    }

    VersionAudit audit(Parties parties) {
        return new VersionAudit(AuditedFederation.AUDITOR, terms(), parties, federation.log);
    }

    MemoryState recompute(ModelManifest manifest) throws IOException {
        return recompute(manifest, new Enrolled());
    }

    MemoryState recompute(ModelManifest manifest, Parties parties) throws IOException {
        MemoryState after = new MemoryState();
        audit(parties)
                .opened(manifest, previous(manifest.version() - 1), new Book(), federation.auditorKey(), before, after);
        return after;
    }

    /** The link of a version as it was verified; one before any was accepted says nothing of privacy. */
    ChainLink previous(long version) {
        return new ChainLink(version, digests.get(version), zero.shardsRoot(), false, 1, said);
    }

    void accept(ModelManifest manifest) throws IOException {
        before = recompute(manifest);
        digests.put(manifest.version(), federation.digest(manifest));
        said = manifest.privacy();
        manifest.cohort().forEach(ref -> used.put(ref, manifest.version()));
    }

    void refused(Reason reason, ModelManifest manifest) {
        assertThatThrownBy(() -> recompute(manifest))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    void missing(MissingRecordException.Kind kind, String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MissingRecordException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e).hasMessageContaining(what);
        });
    }

    static byte[] flipLast(byte[] record) {
        record[record.length - 1] ^= 1;
        return record;
    }
}
