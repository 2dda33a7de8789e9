package org.silofold.silo.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.message.UpdateId;

class UpdateTableTest {
    private static final long NOW = 1_000;

    @TempDir
    Path directory;

    @Test
    void anOlderFileIsOpenedAndItsUpdatesAreCountedByStateExpiryAndModel() {
        Path file = directory.resolve("agent.db");
        try (Database before =
                Database.open(file, AgentSchema.MIGRATIONS.subList(0, AgentSchema.MIGRATIONS.size() - 1))) {
            fill(new UpdateTable(before));
        }
        try (Database database = Database.open(file, AgentSchema.MIGRATIONS)) {
            UpdateTable updates = new UpdateTable(database);
            assertThat(updates.inFlight("heart", NOW)).isEqualTo(open());
            assertThat(updates.inFlight("heart", NOW + 1)).isZero();
            assertThat(updates.inFlight("risk", NOW)).isEqualTo(open());
            assertThat(updates.inFlight("other", NOW)).isZero();
            assertThat(updates.newest(2)).extracting(OutgoingUpdate::sequence).containsExactly(30L, 31L);
            assertThat(updates.newest(Long.MAX_VALUE)).isEqualTo(updates.all()).hasSize(32);
            assertThat(plan(database, "SELECT count(*) FROM outgoing WHERE model = 'heart' AND expiry > 7"))
                    .contains("outgoing_expiry");
        }
    }

    private static long open() {
        return List.of(UpdateState.values()).stream()
                .filter(state -> !state.isFinal())
                .count();
    }

    private static String plan(Database database, String sql) {
        return String.join(" ", database.query(row -> row.getString("detail"), "EXPLAIN QUERY PLAN " + sql));
    }

    /** An update of every state, of two models, that expires now and one that does so a moment later. */
    private static void fill(UpdateTable updates) {
        int next = 0;
        for (String model : List.of("heart", "risk")) {
            for (UpdateState state : UpdateState.values()) {
                for (long expiry : new long[] {NOW, NOW + 1}) {
                    byte[] id = new byte[UpdateId.LENGTH];
                    id[0] = (byte) next;
                    updates.insert(
                            new OutgoingUpdate(
                                    UpdateId.of(id),
                                    model,
                                    0,
                                    next,
                                    1,
                                    1,
                                    expiry,
                                    next++,
                                    false,
                                    state,
                                    -1,
                                    Optional.empty(),
                                    ""),
                            Optional.empty());
                }
            }
        }
    }
}
