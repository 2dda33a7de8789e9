package org.silofold.silo.verify;

/**
 * What was counted of a model.
 *
 * @param model its name
 * @param versions manifests, one a version
 * @param voids of them void
 * @param repeats manifests that are in the log again, the same bytes
 * @param recomputed versions that came out again, bit for bit
 * @param contradicted updates of versions that were refused, or called spent as not answered, before a start of the job
 * @param updates what became of the complete updates
 */
public record ModelSummary(
        String model,
        long versions,
        long voids,
        long repeats,
        long recomputed,
        long contradicted,
        UpdateLedger.Totals updates) {
    static ModelSummary of(String model, VersionChains chains, long recomputed, UpdateCheck.Result updates) {
        long voids = chains.versions(model).values().stream()
                .filter(manifest -> manifest.manifest().voidVersion().isPresent())
                .count();
        return new ModelSummary(
                model,
                chains.versions(model).size(),
                voids,
                chains.repeats(model),
                recomputed,
                updates.contradicted(),
                updates.totals());
    }
}
