/**
 * Sharing of mask secrets among the committee, protocol page 4: Shamir's scheme over Z_q coefficient by coefficient, and the check by
 * which a member sees that its share lies on a polynomial of the right degree. A mask secret flows in, packets, commitments and
 * check polynomials flow out; packets of members flow in, sums of shares and the sum of secrets flow out. A share that does not match
 * its commitment or does not lie on the polynomial is refused. Shares are secret: whoever gets one wipes it.
 */
package org.silofold.protocol.share;
