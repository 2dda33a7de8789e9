package org.silofold.demo.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.UpdateId;

class SubmissionsTest {
    private static final UpdateId FIRST = UpdateId.ofHex("00112233445566778899aabbccddeeff");
    private static final UpdateId SECOND = UpdateId.ofHex("ffeeddccbbaa99887766554433221100");

    @TempDir
    Path directory;

    @Test
    void aLaterRunKnowsWhatAnEarlierOneSubmitted() throws Exception {
        Submissions earlier = new Submissions(directory);
        Submitted first = submitted(earlier, FIRST, 3);
        Submitted second = submitted(earlier, SECOND, 4);
        earlier.add(first);
        earlier.add(second);
        earlier.add(first);

        Submissions later = new Submissions(directory);
        assertThat(later.all()).containsExactlyInAnyOrder(first, second);
        assertThat(Files.readAllBytes(later.get(FIRST).orElseThrow().delta()))
                .containsExactly(0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0);
        assertThat(Files.readAllLines(directory.resolve(Submissions.LIST))).hasSize(2);
    }

    @Test
    void aLineThatIsNotWholeIsNoUpdate() throws Exception {
        Submissions earlier = new Submissions(directory);
        earlier.add(submitted(earlier, FIRST, 3));
        Files.writeString(directory.resolve(Submissions.LIST), SECOND.hex() + ",silo-1,4,1", StandardOpenOption.APPEND);
        assertThat(new Submissions(directory).all())
                .extracting(Submitted::updateId)
                .containsExactly(FIRST);
    }

    private static Submitted submitted(Submissions to, UpdateId id, long base) throws Exception {
        Path delta = to.store("silo-1", base, new float[] {1, -2});
        return new Submitted("silo-1", base, id, delta, 100, 0.25, 0.5, 1_700_000_000_123L);
    }
}
