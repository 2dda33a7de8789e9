/**
 * The federation authority's side: its directory with the root key, the documents it signs, and their way to Kafka. Requests of
 * parties flow in, signed registry documents and version 0's shards flow out. Every document is kept in the authority's directory
 * with its sequence, so that all can be published again; a sequence never goes back. A bad file or request is refused by
 * {@link org.silofold.silo.admin.AdminException} with one line, before anything is signed.
 */
package org.silofold.silo.admin;
