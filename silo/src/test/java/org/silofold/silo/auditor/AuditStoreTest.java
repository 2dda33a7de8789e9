package org.silofold.silo.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.TopicKind;

class AuditStoreTest {
    private static final Place.Name NAME = new Place.Name(
            TopicKind.MANIFESTS, "silo-1", Digest.sha256(new byte[1]).toBytes(), 0);

    @TempDir
    Path directory;

    private AuditStore store;

    @BeforeEach
    void open() {
        store = AuditStore.open(directory.resolve("audit.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Place place(long offset) {
        return new Place(NAME, new TopicPartition("manifests.silo-1", 0), offset);
    }

    @Test
    void recordsThatDoNotVerifyHideNoneThatDoes() {
        for (int offset = 0; offset < 3 * PlaceTable.MOST; offset++) {
            store.places().addUnverified(place(offset));
        }
        store.places().add(place(1000));
        List<Long> offsets =
                store.places().find(NAME).stream().map(Place::offset).toList();
        assertThat(offsets).hasSize(PlaceTable.MOST + 1).contains(1000L);
        for (int offset = 2000; offset < 2000 + 3 * PlaceTable.MOST; offset++) {
            store.places().add(place(offset));
        }
        assertThat(store.places().find(NAME)).hasSize(2 * PlaceTable.MOST);
    }

    @Test
    void aModelIsJudgedAgainOnlyWhenItIsAskedFor() {
        AuditStore.Wrong wrong =
                new AuditStore.Wrong(3, Digest.sha256(new byte[2]), Reason.INCOMPLETE, "a shard was never there");
        store.wrong("risk", wrong);
        store.judgeAgain("another");
        assertThat(store.wrong("risk")).isEqualTo(Optional.of(wrong));
        store.judgeAgain("risk");
        assertThat(store.wrong("risk")).isEmpty();
        store.wrong("risk", wrong);
        assertThat(store.wrong("risk")).isEqualTo(Optional.of(wrong));
    }
}
