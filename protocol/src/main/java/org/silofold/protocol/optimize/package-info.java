/**
 * Server optimisers: how a mean delta moves the global model. In: parameters, the decoded mean, and the moments that the optimiser keeps. Held:
 * nothing; the caller keeps parameters and moments. Out: all of them, one step later, bit for bit the same on every run. Failing: numbers
 * outside their range throw {@link java.lang.IllegalArgumentException} when the specification is constructed.
 */
package org.silofold.protocol.optimize;
