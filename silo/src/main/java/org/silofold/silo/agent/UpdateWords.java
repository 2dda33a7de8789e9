package org.silofold.silo.agent;

import java.security.SecureRandom;
import org.silofold.protocol.encode.UpdateEncoder;
import org.silofold.protocol.mask.KeyStream;
import org.silofold.protocol.mask.Masker;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.privacy.PrivateUpdateEncoder;

/** The masked words of one update, each made once: with the noise that the policy asks for, or weighted and with metrics. */
interface UpdateWords extends AutoCloseable {
    /** The words of one shard, little-endian; owned by the caller. */
    byte[] shard(int index);

    /** The words of the meta section, little-endian; owned by the caller. */
    byte[] meta();

    /** Wipes what is left of the update. */
    @Override
    void close();

    /**
     * Begins to encode an update.
     *
     * @param tau newest version seen minus the base version
     * @throws org.silofold.protocol.reason.RejectedException if the request is not what it should be
     */
    static UpdateWords of(UpdateTerms terms, UpdateRequest request, int tau, Masker masker, SecureRandom random) {
        double[] metrics = request.check(terms);
        return terms.privacy()
                .map(privacy -> withNoise(privacy, terms, request, masker, random))
                .orElseGet(() -> plain(terms, request, metrics, tau, masker, random));
    }

    private static UpdateWords withNoise(
            ModelPrivacy privacy, UpdateTerms terms, UpdateRequest request, Masker masker, SecureRandom random) {
        PrivateUpdateEncoder encoder = new PrivateUpdateEncoder(
                privacy.encoding(), terms.layout(), masker, request.delta(), KeyStream.fresh(random));
        return new UpdateWords() {
            @Override
            public byte[] shard(int index) {
                return encoder.shard(index);
            }

            @Override
            public byte[] meta() {
                return encoder.meta();
            }

            @Override
            public void close() {
                encoder.close();
            }
        };
    }

    private static UpdateWords plain(
            UpdateTerms terms, UpdateRequest request, double[] metrics, int tau, Masker masker, SecureRandom random) {
        double weight = terms.weighting().weight(request.examples(), tau);
        UpdateEncoder encoder = new UpdateEncoder(terms.encoding(), terms.layout(), masker, KeyStream.fresh(random));
        return new UpdateWords() {
            @Override
            public byte[] shard(int index) {
                return encoder.shard(index, request.delta(), weight);
            }

            @Override
            public byte[] meta() {
                return encoder.meta(weight, terms.metricRanges(), metrics);
            }

            @Override
            public void close() {
                // The delta is the caller's, and nothing else is held.
            }
        };
    }
}
