package org.silofold.silo.auditor;

import java.util.List;
import java.util.SortedSet;
import org.silofold.protocol.message.Digest;

/**
 * A version that was recomputed and is as its manifest says.
 *
 * @param root Merkle root of its shards
 * @param voters the members that voted for its cohort, at least t; none for version 0 and void versions
 * @param silos whose updates are in it
 */
public record Recomputed(Digest root, SortedSet<String> voters, List<String> silos) {}
