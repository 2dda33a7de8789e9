/**
 * What a training program calls: {@link org.silofold.silo.sdk.Silo} talks to the party's running agent over loopback HTTP. In: a party's
 * directory, deltas as {@code float[]}. Held: nothing but the agent's address and token. Out: verified models, the fates of updates. Failing: {@link
 * org.silofold.silo.sdk.SiloException}, with a stable code and one line.
 *
 * <pre>
 *   try (Silo silo = Silo.connect(directory)) {
 *     VerifiedModel model = silo.latestModel("heart");
 *     float[] delta = train(model.parameters());
 *     UpdateId id = silo.submit(new ModelUpdate("heart", model.version(), delta, examples, metrics));
 *     UpdateStatus end = silo.await(id, Duration.ofHours(1));
 *   }
 * </pre>
 */
package org.silofold.silo.sdk;
