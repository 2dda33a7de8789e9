package org.silofold.silo.member;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.ShareReceipts;
import org.silofold.protocol.message.UnmaskResponse;
import org.silofold.protocol.message.UnmaskVote;
import org.silofold.protocol.message.UpdateRef;

/**
 * What a member has to say. Whatever an effect rests on was committed to disk before the effect was returned, so it may be sent at
 * once, sent again after a crash, and sent twice.
 *
 * <p>Each is said in the epoch in which it was decided, whatever epoch has begun since: the store has forgotten that epoch then, so in
 * the new one it would be a word of which the member knows nothing.
 */
public sealed interface MemberEffect {
    /**
     * Say whether an update's share packet was accepted.
     *
     * @param context of the model, the member as its sender
     * @param entry the update and, if refused, why
     */
    record SendReceipt(Context context, ShareReceipts.Entry entry) implements MemberEffect {}

    /**
     * Give the one answer to a cohort.
     *
     * @param vote the vote or refusal, the member as its sender
     */
    record SendVote(UnmaskVote vote) implements MemberEffect {}

    /**
     * Say that the member never voted for an update and never will.
     *
     * @param context of the model, the member as its sender
     * @param update the update
     */
    record SendNeverVoted(Context context, UpdateRef update) implements MemberEffect {}

    /**
     * Give the sum of the member's shares over a certified cohort.
     *
     * @param response the header, the member as its sender
     * @param words N words, little-endian: the payload; owned by the effect
     */
    record SendResponse(UnmaskResponse response, byte[] words) implements MemberEffect {}
}
