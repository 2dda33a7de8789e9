/**
 * Signatures: ML-DSA-65 (FIPS 204, pure, empty context string) over purpose and header. Keys flow in as PKCS#8 (seed form) and
 * SubjectPublicKeyInfo (RFC 9881); signatures flow out. A signing key holds its secret until it is closed. A signature that does not
 * verify is refused as {@link org.silofold.protocol.reason.Reason#BAD_SIGNATURE}.
 */
package org.silofold.protocol.sign;
