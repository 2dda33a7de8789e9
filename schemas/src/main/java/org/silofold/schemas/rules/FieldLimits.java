package org.silofold.schemas.rules;

/** The largest counts, lengths and numbers that a header may hold. Part of the protocol: what exceeds them is refused by everyone. */
public final class FieldLimits {
    /** Bytes of a header. */
    public static final int HEADER_BYTES = 1 << 20;
    /** Updates in a cohort, and entries of a list of receipts. */
    public static final int COHORT = 1024;
    /** Content keys wrapped in one header: the aggregator's and up to {@link #AUDITORS}. */
    public static final int WRAPPED_KEYS = 8;
    /** Auditors in a roster. */
    public static final int AUDITORS = WRAPPED_KEYS - 1;
    /** Fewest members of a committee. */
    public static final int MIN_MEMBERS = 3;
    /** Most members of a committee. */
    public static final int MAX_MEMBERS = 32;
    /** Silos in a roster. */
    public static final int SILOS = 1024;
    /** Bytes of an ML-KEM-768 ciphertext (FIPS 203, table 3), the KEM of the default suite. */
    public static final int KEM_CIPHERTEXT = 1088;
    /** Bytes of a wrapped content key: 32 and a 16-byte tag. */
    public static final int WRAPPED_KEY = 48;
    /** Repetitions of the share check. */
    public static final int REPETITIONS = 16;
    /** Shards in an update or a model. */
    public static final int SHARDS = 65536;
    /** Parameters in a model. */
    public static final long PARAMETERS = 1L << 34;
    /** Versions between a base and the latest one. */
    public static final int TAU = 1 << 20;
    /** Tensors in a model. */
    public static final int TENSORS = 4096;
    /** Dimensions of a tensor. */
    public static final int DIMENSIONS = 8;
    /** Characters of a tensor's name. */
    public static final int TENSOR_NAME = 128;
    /** Evaluation metrics of a model. */
    public static final int METRICS = 64;
    /** Characters of a metric's or an audit detail's name. */
    public static final int SHORT_NAME = 64;
    /** Suites in a policy. */
    public static final int SUITES = 16;
    /** Characters of a suite's wire text. */
    public static final int SUITE_TEXT = 128;
    /** Signed refusals in an unmask request. */
    public static final int ABANDONMENTS = 256;
    /** Bytes of one of them. */
    public static final int ABANDONMENT_BYTES = 256 * 1024;
    /** Details of an audit entry. */
    public static final int DETAILS = 64;
    /** Characters of an audit detail's value. */
    public static final int DETAIL_VALUE = 4096;
    /** Characters of a line for a person. */
    public static final int LINE = 1024;
    /** Characters of a Kafka topic's name. */
    public static final int TOPIC_NAME = 249;
    /** Bytes of a public key as SubjectPublicKeyInfo. */
    public static final int PUBLIC_KEY = 8192;
    /** Bytes of a whole key bundle record. */
    public static final int KEY_BUNDLE = 65536;
    /** Elements of any array, whatever its field: what a decoder prepares for before it knows more. */
    public static final int ELEMENTS = 4096;

    private FieldLimits() {}
}
