/**
 * Keys as bytes: secrets that are wiped and never shown, HKDF, PEM, and the one DER form in which each half of a key pair is written
 * (PKCS#8 in seed form, SubjectPublicKeyInfo). Hostile bytes flow in; what is not exactly of that form is a
 * {@link org.silofold.protocol.reason.RejectedException} whose message quotes nothing of it.
 */
package org.silofold.protocol.key;
