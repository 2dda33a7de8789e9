/**
 * Messages to header bytes and back: {@link org.silofold.schemas.codec.HeaderCodec}. In flows either a message of the protocol or
 * bytes from anyone; nothing is held; out flows the other, or a refusal with a reason.
 *
 * <p>A header is the Avro binary encoding of its schema, with neither container nor fingerprint: what a signature covers must mean
 * one thing. Its first field is the protocol version. Within a version schemas grow by revisions, by these rules:
 *
 * <ul>
 *   <li>A field is only ever appended, at the end of a header's or core's record, with a default and the schema property {@code since}:
 *       the revision that it came with. A whole new type has that property itself. What is there is never changed or dropped.
 *   <li>A header that ends exactly where an earlier revision ended was written by it, and is read with the defaults of what came later.
 *       No header is of two revisions: each is the beginning of the next, and a field takes at least a byte. Bytes after the end of the
 *       newest are refused.
 *   <li>Writers write the newest revision. All parties learn to read it before anyone writes it.
 *   <li>Each revision's schemas and headers are kept with the tests, which fail when today's schemas no longer read them to the same
 *       values.
 *   <li>What cannot be done so is a new protocol version. A reader refuses a version it does not know ({@link
 *       org.silofold.protocol.reason.Reason#UNSUPPORTED_VERSION}) and never guesses.
 * </ul>
 */
package org.silofold.schemas.codec;
