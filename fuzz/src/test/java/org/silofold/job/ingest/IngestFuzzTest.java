package org.silofold.job.ingest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Oracle;

/** The job's verify-unwrap under a script of Kafka records from everybody who may write: valid, altered and signed again, damaged, misplaced. */
class IngestFuzzTest {
    private static final int STEPS = 24;

    @FuzzTest
    void records(byte[] data) {
        Oracle.script(() -> {
            Choices choices = new Choices(data);
            IngestUnderTest ingest = IngestUnderTest.fresh();
            for (int step = 0; step < STEPS && choices.more(); step++) {
                ingest.step(choices);
            }
            ingest.end();
        });
    }
}
