/**
 * The committee member: one share of every update's mask secret, and a say in which sums are opened (docs/protocol.md, sections 4
 * and 6).
 *
 * <p>In: signed manifests of all silos, the silos' withdrawals, the aggregator's requests to open a cohort and its words on broken ones, all
 * members' votes, what this member said itself, published model manifests,
 * the registry. Held: {@link org.silofold.silo.member.MemberStore}, on disk before anything leaves. Out:
 * {@link org.silofold.silo.member.MemberEffect}: receipts, one answer to each cohort, and the sum of shares for a certified one.
 *
 * <p>{@link org.silofold.silo.member.Member} is the rules and knows no Kafka; {@link org.silofold.silo.member.VoteRules} decides on one
 * cohort; {@link org.silofold.silo.member.MemberLoop} carries records in and out on one thread;
 * {@link org.silofold.silo.member.MemberService} runs it with the agent.
 *
 * <p>Fails: a record that breaks a rule is a {@link org.silofold.protocol.reason.RejectedException}, counted and skipped; a store that
 * cannot write is a {@link org.silofold.silo.member.MemberStoreException}: nothing leaves, the loop ends and is run again. A member
 * whose own votes on Kafka are unknown to its store has lost its memory and stands aside for the rest of the epoch. A broker that hides
 * those votes can keep such a member from noticing.
 */
package org.silofold.silo.member;
