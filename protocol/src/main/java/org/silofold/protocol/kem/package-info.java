/**
 * Key encapsulation: ML-KEM-768 (FIPS 203). Keys flow in as PKCS#8 (seed form) and SubjectPublicKeyInfo (RFC 9935); ciphertexts and
 * 32-byte shared secrets flow out, exactly FIPS 203's, no KDF applied. A ciphertext of another length is refused; a wrong one of the
 * right length gives an unrelated secret (implicit rejection), which the seal above it notices.
 */
package org.silofold.protocol.kem;
