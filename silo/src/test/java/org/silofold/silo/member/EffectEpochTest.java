package org.silofold.silo.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.MaskSecret;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Message;
import org.silofold.protocol.message.NeverVoted;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.message.UpdateRef;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.schemas.Topics;

/** The next epoch begins between what a member decides and its being sent. */
final class EffectEpochTest {
    private static final String ME = "silo-1";
    private static final Topics TOPICS = new Topics("");
    private static final UpdateRef A = Samples.ref("silo-1", "a");
    private static final UpdateRef B = Samples.ref("silo-2", "b");
    private static final UpdateRef C = Samples.ref("silo-3", "c");

    @TempDir
    Path directory;

    private final SigningKey identity = SigningKey.generate(Suite.ML_KEM_768_ML_DSA_65);
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final EffectSender sender = new EffectSender(ME, TOPICS, identity, producer);
    private Committee committee;

    @BeforeEach
    void open() {
        committee = new Committee(directory);
    }

    @AfterEach
    void close() {
        committee.close();
        producer.close();
        identity.close();
    }

    private Member me() {
        return committee.member(ME);
    }

    /** A receipt, a promise, a vote and a response. */
    private List<MemberEffect> decideInEpoch1() {
        MaskSecret secret = MaskSecret.fromSeed(ParameterSet.MASK_2048_32, SecretBytes.takeOver(new byte[32]));
        SignedRecord<UpdateManifest> manifest =
                new Manifests(committee.publicKeys()).manifest("silo-4", "d", secret, Manifests.Fault.NONE);
        List<MemberEffect> effects = new ArrayList<>(me().onManifest(manifest));
        committee.hold(ME, B, C);
        effects.addAll(me().onWithdrawal(Committee.withdrawal(A)));
        Digest cohort = Committee.digest(1, B, C);
        effects.addAll(me().onRequest(Committee.request(1, B, C)));
        effects.addAll(me().onVote(Committee.vote("silo-2", cohort)));
        effects.addAll(me().onVote(Committee.vote("silo-3", cohort)));
        return effects;
    }

    private void beginEpoch2() {
        committee.registry = Samples.registry(2, Samples.policy(1, 2, 4, 1, 4));
        assertThat(me().tick()).isEmpty();
    }

    private <T extends Message> SignedRecord<T> sent(Class<T> type, Purpose purpose, String topic) {
        List<ProducerRecord<byte[], byte[]>> records = producer.history().stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
        assertThat(records).hasSize(1);
        return SignedRecords.open(
                type, purpose, records.get(0).value(), ME, identity.verifyingKey(), RecordLimits.DEFAULT);
    }

    @Test
    void whatWasDecidedInAnEpochIsSaidInThatEpoch() {
        List<MemberEffect> effects = decideInEpoch1();
        beginEpoch2();
        sender.send(effects);
        assertThat(producer.history()).hasSize(4);
        List.of(
                        sent(ShareReceipts.class, Purpose.SHARE_RECEIPTS, TOPICS.receipts(ME)),
                        sent(NeverVoted.class, Purpose.NEVER_VOTED, TOPICS.neverVoted(ME)),
                        sent(UnmaskVote.class, Purpose.UNMASK_VOTE, TOPICS.votes(ME)),
                        sent(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, TOPICS.responses(ME)))
                .forEach(record -> assertThat(record.message().context().rosterEpoch())
                        .as(record.message().context().purpose().text())
                        .isEqualTo(1));
    }

    /** It reads its own words, and would take one of this epoch that its store does not know for a sign that it lost its memory. */
    @Test
    void noMemberStandsAsideForWhatItSaidJustBeforeTheEpochBegan() {
        List<MemberEffect> effects = decideInEpoch1();
        beginEpoch2();
        sender.send(effects);
        committee.restart(ME);
        List<Runnable> reads = List.of(
                () -> me().onOwnNeverVoted(sent(NeverVoted.class, Purpose.NEVER_VOTED, TOPICS.neverVoted(ME))),
                () -> me().onVote(sent(UnmaskVote.class, Purpose.UNMASK_VOTE, TOPICS.votes(ME))),
                () -> me().onOwnResponse(sent(UnmaskResponse.class, Purpose.UNMASK_RESPONSE, TOPICS.responses(ME))));
        for (Runnable read : reads) {
            assertThatThrownBy(read::run).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.reason())
                    .isEqualTo(Reason.WRONG_EPOCH));
        }
        assertThat(committee.store(ME).standsAside(2)).isFalse();
    }
}
