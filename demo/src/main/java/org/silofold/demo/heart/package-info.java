/**
 * Four hospitals' heart-disease data, the logistic regression they train, and what it reaches without Silofold.
 *
 * <p>In: the UCI Heart Disease files and the split of the FLamby benchmark, from the class path. Held: per hospital a
 * train and a test set of 13 standardised features. Out: local updates of 14 parameters, held-out metrics, baselines
 * (each hospital alone, pooled), and a plain simulation of asynchronous buffered federated training that serves as the
 * reference for the encrypted run. Everything is a function of its arguments and seeds. A file that is missing, altered
 * or malformed fails the load with an {@link java.io.UncheckedIOException} or {@link java.lang.IllegalStateException}
 * that names it.
 */
package org.silofold.demo.heart;
