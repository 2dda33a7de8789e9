package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.encode.CanaryProbe;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.mask.PublicElements;
import org.silofold.protocol.mask.Ring;
import org.silofold.protocol.mask.Unmasker;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.ModelManifest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.params.CommitteeSize;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.params.ShardLayout;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.registry.Roster;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.protocol.sign.VerifyingKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.agent.AuditedFederation;

/** Sixteen members of whom eleven must answer: the sum is found whoever lies, and judged by its digest. */
class SecretSumTest extends VersionAudits {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final int MEMBERS = 16;

    private final Map<String, SigningKey> keys = new LinkedHashMap<>();
    private final SortedMap<Integer, int[]> shares = new TreeMap<>();
    private int[] secret;
    private CanaryProbe probe;
    private int[] folded;

    @BeforeEach
    void share() {
        Random random = new Random(seed);
        secret = words(random);
        List<int[]> coefficients = new ArrayList<>(List.of(secret));
        for (int i = 1; i < threshold(); i++) {
            coefficients.add(words(random));
        }
        for (int j = 1; j <= MEMBERS; j++) {
            keys.put("member-" + j, SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65));
            shares.put(j, at(coefficients, j));
        }
        ShardLayout layout = terms().layout();
        probe = new CanaryProbe(PublicElements.of(SET, "demo", AuditedFederation.MODEL, 1), layout, terms().encoding());
        folded = maskedZeros(layout);
    }

    /** What the secret makes of meta sections of zeros without noise. */
    private int[] maskedZeros(ShardLayout layout) {
        int n = SET.n();
        int[] masked = new int[MetaLayout.words(SET)];
        int[] opened = new int[n];
        Ring ring = Ring.of(SET);
        try (Unmasker unmasker = new Unmasker(PublicElements.of(SET, "demo", AuditedFederation.MODEL, 1), secret)) {
            for (int block = 0; block < masked.length / n; block++) {
                Arrays.fill(opened, 0);
                unmasker.unmask(layout.metaBlock() + block, opened, 0, opened, 0);
                for (int i = 0; i < n; i++) {
                    masked[block * n + i] = ring.lower(-opened[i]);
                }
            }
        }
        return masked;
    }

    private static int threshold() {
        return new CommitteeSize(MEMBERS).threshold();
    }

    private static int[] words(Random random) {
        return random.ints(SET.n(), 0, Integer.MAX_VALUE).toArray();
    }

    private static int[] at(List<int[]> coefficients, int point) {
        Ring ring = Ring.of(SET);
        int[] value = new int[SET.n()];
        for (int c = coefficients.size() - 1; c >= 0; c--) {
            for (int i = 0; i < value.length; i++) {
                value[i] = ring.add(
                        ring.multiply(value[i], ring.lower(point)), coefficients.get(c)[i]);
            }
        }
        return value;
    }

    private void answer(int member, long version, int[] words) {
        String name = "member-" + member;
        Digest cohort = CohortAudit.digest(one);
        byte[] payload = Words.toBytes(words);
        UnmaskResponse response = new UnmaskResponse(
                view.context(AuditedFederation.MODEL, name, Purpose.UNMASK_RESPONSE),
                new Buffer(version, 1),
                cohort,
                Digest.sha256(payload));
        federation.log.add(MemoryLog.responseName(name, cohort), SignedRecords.seal(response, payload, keys.get(name)));
    }

    private int[] find() {
        return sum().find(opened(), probe, folded);
    }

    private ModelManifest opened() {
        return Manifests.withSecretSum(one, Digest.sha256(Words.toBytes(secret)));
    }

    private SecretSum sum() {
        Roster old = terms().roster();
        Roster roster = new Roster(
                old.context(),
                old.epoch(),
                old.sequence(),
                old.silos(),
                List.copyOf(keys.keySet()),
                old.aggregator(),
                old.auditors(),
                old.notAfterMillis());
        AuditTerms due =
                new AuditTerms(roster, terms().rosterDigest(), terms().policy(), terms().spec(), terms().specDigest());
        Parties parties = new Enrolled() {
            @Override
            public Optional<VerifyingKey> identityKey(String name) {
                return Optional.ofNullable(keys.get(name)).map(SigningKey::verifyingKey);
            }
        };
        return new SecretSum(due, new Verifier(parties), federation.log);
    }

    @Test
    void oneLiarIsLeftOut() {
        answer(1, 1, new int[SET.n()]);
        for (int j = 2; j <= MEMBERS; j++) {
            answer(j, 1, shares.get(j));
        }
        assertThat(find()).isEqualTo(secret);
    }

    @Test
    void asManyLiarsAsACommitteeBearsAreLeftOut() {
        int liars = MEMBERS - threshold();
        Random random = new Random(seed);
        for (int j = 1; j <= MEMBERS; j++) {
            answer(j, 1, j <= liars ? words(random) : shares.get(j));
        }
        assertThat(find()).isEqualTo(secret);
    }

    @Test
    void anAnswerForAnotherVersionIsNone() {
        answer(1, 2, words(new Random(seed)));
        for (int j = 1; j <= threshold(); j++) {
            answer(j, 1, shares.get(j));
        }
        assertThat(find()).isEqualTo(secret);
    }

    @Test
    void tooFewRightAnswersAreALie() {
        Random random = new Random(seed);
        for (int j = 1; j <= threshold(); j++) {
            answer(j, 1, j == 1 ? words(random) : shares.get(j));
        }
        assertThatThrownBy(this::find).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                .isEqualTo(Reason.WRONG_RESPONSE));
    }

    @Test
    void withoutAKeyAsManyAnswersAsOpenTheSumAreEnough() {
        for (int j = 1; j <= threshold(); j++) {
            answer(j, 1, shares.get(j));
        }
        assertThatCode(() -> sum().check(opened())).doesNotThrowAnyException();
    }

    @Test
    void withoutAKeyTooFewRightAnswersAreALieToo() {
        Random random = new Random(seed);
        for (int j = 1; j <= threshold(); j++) {
            answer(j, 1, j == 1 ? words(random) : shares.get(j));
        }
        assertThatThrownBy(() -> sum().check(opened()))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_RESPONSE));
    }

    @Test
    void aMemberThatAnswersTwiceMakesNobodyALiar() {
        answer(1, 1, words(new Random(seed)));
        for (int j = 1; j <= threshold(); j++) {
            answer(j, 1, shares.get(j));
        }
        // The aggregator may have kept the second.
        missing(MissingRecordException.Kind.CLOSED, "the secret sum", this::find);
    }

    @Test
    void aRightAnswerThatDoesNotVerifyHereMakesNobodyALiar() {
        String name = MemoryLog.responseName("member-1", CohortAudit.digest(one));
        answer(1, 1, shares.get(1));
        federation.log.replace(name, VersionAudits::flipLast);
        answer(1, 1, words(new Random(seed)));
        for (int j = 2; j <= threshold(); j++) {
            answer(j, 1, shares.get(j));
        }
        missing(MissingRecordException.Kind.CLOSED, "the secret sum", this::find);
    }

    @Test
    void wrongAnswersWithoutNumberHideNoRightOne() {
        for (int i = 0; i < PlaceTable.MOST; i++) {
            answer(1, 2, words(new Random(seed)));
        }
        for (int j = 2; j <= threshold(); j++) {
            answer(j, 1, shares.get(j));
        }
        missing(MissingRecordException.Kind.CLOSED, "answers", this::find);
    }
}
