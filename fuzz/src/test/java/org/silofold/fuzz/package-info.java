/**
 * Coverage-guided fuzzing (Jazzer) of whatever reads bytes from others. In flow bytes; a target makes of them what a hostile party could send,
 * and holds the code to its word: it fails only as documented, a refusal changes nothing, what decodes encodes to the same bytes, and no input
 * below a mebibyte makes it allocate more than 64 MiB, no event of a script more than 16 MiB and what its bytes are worth. Out flow findings: inputs for which that is not so.
 *
 * <pre>
 *   RecordFuzzTest      frame, header of every purpose, record read again, message out of range signed by its sender
 *   EnvelopeFuzzTest    seal, wrapped content key, words, share packet and its check, Merkle tree
 *   KeyFuzzTest         PEM, private keys, public keys
 *   FileFuzzTest        policy file, party directory, job configuration, npy, safetensors
 *   SerializerFuzzTest  every serializer of the job's state and streams
 *   RegistryFuzzTest    a registry view under changed documents, signed again
 *   IngestFuzzTest      the job's verify-unwrap under a script of Kafka records, altered, sealed and signed again, damaged, misplaced
 *   MemberFuzzTest      a committee member under a script of signed records, a registry that moves on, time, crashes and backups
 *   CoordinatorFuzzTest the coordinator under a script of events, restored from checkpoints with its log; its state's bytes
 *   LocalApiFuzzTest    the agent's local HTTP API
 *   AnswersFuzzTest     the agent's answers as the SDK reads them
 * </pre>
 *
 * {@link org.silofold.fuzz.FuzzingTest} fuzzes, {@link org.silofold.fuzz.Oracle} says what is a finding, {@link org.silofold.fuzz.Mutator}
 * changes messages field by field. Targets that need what a package keeps to itself are in a package of that name here.
 */
package org.silofold.fuzz;
