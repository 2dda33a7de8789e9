package org.silofold.silo.member;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.silofold.fuzz.Choices;
import org.silofold.fuzz.Oracle;

/**
 * A committee member under a script of records: valid ones in any order, changed ones, bytes from anyone, a registry that moves on, time,
 * crashes, a store put back from a backup.
 */
class MemberFuzzTest {
    private static final int STEPS = 32;

    @FuzzTest
    void records(byte[] data) {
        Oracle.script(() -> {
            Choices choices = new Choices(data);
            MemberScript script = new MemberScript(new MemberUnderTest());
            for (int step = 0; step < STEPS && choices.more(); step++) {
                script.step(choices);
            }
        });
    }
}
