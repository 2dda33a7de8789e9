package org.silofold.silo.member;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.silofold.fuzz.Choices;

/** A committee member under a script of records: valid ones in any order, changed ones, bytes from anyone, time, restarts. */
class MemberFuzzTest {
    private static final int STEPS = 16;

    @FuzzTest
    void records(byte[] data) {
        Choices choices = new Choices(data);
        try (MemberUnderTest member = new MemberUnderTest()) {
            for (int step = 0; step < STEPS && choices.more(); step++) {
                member.step(choices);
            }
        }
    }
}
