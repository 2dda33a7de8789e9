/**
 * What the steps of an update cost. In: inputs drawn from fixed seeds, of the size of one full shard (96 blocks of 2048 parameters). Held:
 * nothing beyond a benchmark's trial. Out: microseconds an operation on standard output, with parameters a second and ratios between
 * benchmarks of one run. Failing: a benchmark that throws ends the run; arguments that make no sense are one line on standard error.
 */
package org.silofold.bench;
