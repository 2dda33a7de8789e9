package org.silofold.silo.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.reason.Reason;
import org.silofold.silo.store.StoredManifest;

/** What was kept is raised at the next start as what it is. */
class EvidenceTest {
    @TempDir
    Path directory;

    private Evidence evidence;

    @BeforeEach
    void open() {
        evidence = new Evidence(directory.resolve("evidence"));
    }

    @Test
    void nothingKeptRaisesNothing() throws IOException {
        assertThat(evidence.kept()).isEmpty();
    }

    @Test
    void aWrongVersionIsNotTwoManifests() throws IOException {
        evidence.wrongVersion(link(4), Optional.of(link(3)), Reason.MERKLE_ROOT_MISMATCH, "WRONG: version 4");
        assertThat(evidence.kept()).containsExactly(Map.entry("wrong-version", "WRONG: version 4"));
    }

    @Test
    void aBrokenPromiseIsNotTwoManifests() throws IOException {
        UpdateId id = UpdateId.of(new byte[UpdateId.LENGTH]);
        String line = evidence.brokenPromise(link(4), id, Map.of("berlin", new byte[] {1}));
        assertThat(evidence.kept()).containsExactly(Map.entry("promise-broken", line));
    }

    @Test
    void twoManifestsAreTwoOfOneVersion() throws IOException {
        evidence.twoManifests("m-1", 4, digest(1), new byte[] {1}, digest(2), new byte[] {2});
        assertThat(evidence.kept()).containsOnlyKeys("two-manifests");
    }

    private static StoredManifest link(long version) {
        return new StoredManifest("m", version, digest((int) version), digest(9), new byte[] {3}, true);
    }

    private static Digest digest(int of) {
        return Digest.sha256(new byte[] {(byte) of});
    }
}
