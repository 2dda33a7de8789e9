package org.silofold.demo.report;

import java.util.Map;

/**
 * What a run was told.
 *
 * @param optimizer the server's, as people write it: {@code FedYogi}
 * @param serverLearningRate of it
 * @param clientLearningRate of the silos' SGD
 * @param clip largest absolute change of a parameter an update can carry
 * @param buffer updates that close a buffer
 * @param minCohort fewest organisations in a cohort
 * @param alpha staleness discount (1 + staleness)^-alpha
 * @param examplesCap examples that earn the full weight
 * @param localSteps SGD steps an update
 * @param batch examples a step
 * @param parameters of the model
 * @param seed of the run
 * @param members of the committee
 * @param threshold votes and responses needed
 * @param parameterSet of the mask
 * @param suite of the cryptography
 * @param paceSeconds how long each hospital takes to train
 */
public record RunSettings(
        String optimizer,
        double serverLearningRate,
        double clientLearningRate,
        double clip,
        int buffer,
        int minCohort,
        double alpha,
        int examplesCap,
        int localSteps,
        int batch,
        long parameters,
        long seed,
        int members,
        int threshold,
        String parameterSet,
        String suite,
        Map<String, Double> paceSeconds) {
    public RunSettings {
        paceSeconds = Ordered.copy(paceSeconds);
    }
}
