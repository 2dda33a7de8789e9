/**
 * Records as they lie in topics. {@link org.silofold.schemas.Topics} names the topics and keys, {@link
 * org.silofold.schemas.TopicKind} says what each carries and how large its records may be, {@link
 * org.silofold.schemas.SignedRecords} signs messages into records and opens records from anyone: size limits first, then the
 * signature, only then the header's meaning, so nothing unauthenticated is interpreted. Pure functions; what fails is refused with
 * a reason.
 */
package org.silofold.schemas;
