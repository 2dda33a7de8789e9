/**
 * Which updates may be opened together, and who has agreed: cohorts and their digests, the rules a cohort must keep, and the tally of
 * members' votes and refusals. Pure values and functions; what breaks a rule is a
 * {@link org.silofold.protocol.reason.RejectedException} that names it.
 */
package org.silofold.protocol.cohort;
