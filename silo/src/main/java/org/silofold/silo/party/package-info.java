/**
 * A party's directory: who it is, its keys, and where its durable files are. In: files that a person or the CLI made. Held: nothing in
 * memory but the configuration and the authority's public key; private keys are read when asked for and closed by the caller. Out:
 * keys, paths, Kafka client properties. Failing: a file that is missing, readable by others or not what it should be is refused with
 * {@link org.silofold.silo.party.PartyException}, one line that names the file and what is wrong. Every file is written whole or not at
 * all: to a fresh file that is synced to disk, then renamed, then the directory synced. Private files have mode 0600, directories 0700.
 */
package org.silofold.silo.party;
