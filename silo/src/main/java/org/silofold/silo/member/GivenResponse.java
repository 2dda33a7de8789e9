package org.silofold.silo.member;

import org.silofold.protocol.message.Buffer;
import org.silofold.protocol.message.Digest;

/**
 * The sum of shares that a member gave for a certified cohort.
 *
 * @param digest the cohort digest
 * @param epoch roster epoch
 * @param model the model
 * @param buffer version and attempt
 * @param policySequence policy sequence at the time
 * @param words N words, little-endian; owned by the record
 */
record GivenResponse(Digest digest, int epoch, String model, Buffer buffer, long policySequence, byte[] words) {}
