package org.silofold.silo.agent;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silofold.protocol.encode.MetaLayout;
import org.silofold.protocol.envelope.AssociatedData;
import org.silofold.protocol.envelope.PacketKeys;
import org.silofold.protocol.envelope.Seal;
import org.silofold.protocol.key.SecretBytes;
import org.silofold.protocol.mask.Words;
import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateManifest;
import org.silofold.protocol.params.ParameterSet;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.share.SharePacket;
import org.silofold.protocol.share.ShareSum;
import org.silofold.schemas.SignedRecord;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.auditor.MemoryLog;

/** The committee of an {@link AuditedFederation}: it votes and answers into the log, as the test has it. */
public final class AuditedCommittee {
    private static final ParameterSet SET = ParameterSet.MASK_2048_32;
    private static final byte[] NOTHING = {};

    private final TestFederation federation;
    private final MemoryLog log;

    AuditedCommittee(TestFederation federation, MemoryLog log) {
        this.federation = federation;
        this.log = log;
    }

    /** Every member's sum of shares, by point. */
    SortedMap<Integer, int[]> answer(List<SignedRecord<UpdateManifest>> updates) {
        SortedMap<Integer, int[]> sums = new TreeMap<>();
        int meta = Seal.sealedLength(MetaLayout.bytes(SET));
        int length = Seal.sealedLength(SharePacket.length(SET));
        for (int j = 1; j <= TestFederation.SILOS.size(); j++) {
            int[] sum = new int[SET.n()];
            for (SignedRecord<UpdateManifest> update : updates) {
                UpdateManifest.Core core = update.message().core();
                try (SecretBytes secret = federation
                                .kemKeys
                                .get(TestFederation.SILOS.get(j - 1))
                                .decapsulate(core.memberCiphertexts().get(j - 1));
                        SecretBytes key = PacketKeys.derive(secret, core.context(), core.updateId(), j)) {
                    byte[] aad = AssociatedData.packet(update.message().coreDigest(), j);
                    byte[] packet = Seal.open(key, aad, update.payload(), meta + (j - 1) * length, length);
                    ShareSum.add(SET, sum, SharePacket.decode(SET, j, packet).share());
                }
            }
            sums.put(j, sum);
        }
        return sums;
    }

    /** A member's answer to a cohort. */
    public void vote(String member, Digest cohort, long version, Optional<Reason> refused) {
        UnmaskVote vote = new UnmaskVote(
                federation.view().context(TestFederation.MODEL, member, Purpose.UNMASK_VOTE),
                new Buffer(version, 1),
                cohort,
                refused,
                List.of());
        log.add(
                MemoryLog.voteName(member, cohort),
                SignedRecords.seal(vote, NOTHING, federation.identities.get(member)));
    }

    /** A member's sum of shares. */
    public void respond(String member, Digest cohort, long version, int[] words) {
        byte[] payload = Words.toBytes(words);
        UnmaskResponse response = new UnmaskResponse(
                federation.view().context(TestFederation.MODEL, member, Purpose.UNMASK_RESPONSE),
                new Buffer(version, 1),
                cohort,
                Digest.sha256(payload));
        log.addFirst(
                MemoryLog.responseName(member, cohort),
                SignedRecords.seal(response, payload, federation.identities.get(member)));
    }
}
