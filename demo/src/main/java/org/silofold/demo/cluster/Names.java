package org.silofold.demo.cluster;

/** Names of the federation that a cluster runs. */
final class Names {
    /** The federation. */
    static final String FEDERATION = "cluster";

    /** Its one model. */
    static final String MODEL = "synthetic";

    /** Flink's name of the job, its deployment's. */
    static final String JOB = org.silofold.schemas.Deployment.DEFAULT;

    private Names() {}
}
