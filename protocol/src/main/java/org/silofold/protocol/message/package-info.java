/**
 * The protocol's messages as immutable values: what a header says once its signature was verified. Every message is
 * {@code header bytes | signature | payload} on the wire; the codec between these values and header bytes is in the schemas
 * module. Byte arrays in these records are owned by the record: callers neither mutate what they pass in nor what they get.
 */
package org.silofold.protocol.message;
