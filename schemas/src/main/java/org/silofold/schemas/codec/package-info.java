/**
 * Messages to header bytes and back: {@link org.silofold.schemas.codec.HeaderCodec}. In flows either a message of the protocol or
 * bytes from anyone; nothing is held; out flows the other, or a refusal with a reason.
 *
 * <p>A header is the Avro binary encoding of its schema, with neither container nor fingerprint: what a signature covers must mean
 * one thing. Its first field is the protocol version, and the version alone chooses the schema it is read with. So schemas evolve
 * by these rules:
 *
 * <ul>
 *   <li>The schemas of a version never change once a header of that version was signed. The first version's schemas and headers are
 *       kept with the tests, which fail when today's schemas no longer read them to the same values.
 *   <li>A new version adds or drops fields. What is added has a default, so that Avro's resolution (writer's schema: that of the
 *       header's version; reader's schema: the newest) fills it; {@code context.version} stays the first field.
 *   <li>A reader refuses a version it does not know ({@link org.silofold.protocol.reason.Reason#UNSUPPORTED_VERSION}) and never
 *       guesses. All parties learn to read a version before the authority lets anyone write it.
 * </ul>
 */
package org.silofold.schemas.codec;
