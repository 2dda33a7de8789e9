package org.silofold.demo.report;

import java.util.List;

/**
 * Where a version's wall time went, in seconds; the silos' steps are means over its cohort. Together they are about the way
 * of a typical update, from its base to the version that holds it.
 *
 * @param train local training, the hospital's pace included
 * @param encodeMaskSeal encoding, masking, sharing and sealing
 * @param uploadToAccepted first send to all shards verified and shares accepted
 * @param buffer acceptance to the buffer's close
 * @param requestToVotes unmask request to the certificate
 * @param votesToResponses certificate to enough responses
 * @param openToPublished unmasking, optimiser, publishing
 */
public record StepSeconds(
        double train,
        double encodeMaskSeal,
        double uploadToAccepted,
        double buffer,
        double requestToVotes,
        double votesToResponses,
        double openToPublished) {

    /** Names for people, in the order of {@link #values()}. */
    static final List<String> NAMES = List.of(
            "train",
            "encode, mask, seal",
            "upload to accepted",
            "wait in buffer",
            "request to votes",
            "votes to responses",
            "open to published");

    List<Double> values() {
        return List.of(
                train, encodeMaskSeal, uploadToAccepted, buffer, requestToVotes, votesToResponses, openToPublished);
    }

    double total() {
        return values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
