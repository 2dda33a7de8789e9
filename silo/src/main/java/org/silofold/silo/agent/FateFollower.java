package org.silofold.silo.agent;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateFate;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.schemas.RecordLimits;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.UpdateTable;

/** Takes the aggregator's word on what became of this party's updates, and ends those of which none will come. States only move forward. */
final class FateFollower implements TopicFollower.Handler {
    private final String silo;
    private final Registry registry;
    private final UpdateTable updates;
    private final UnknownFates unknown;
    private final Changes changes;

    FateFollower(String silo, Registry registry, UpdateTable updates, UnknownFates unknown, Changes changes) {
        this.silo = silo;
        this.registry = registry;
        this.updates = updates;
        this.unknown = unknown;
        this.changes = changes;
    }

    @Override
    public boolean begin(AgentContext context) {
        return context.awaitRegistry(AggregatorKey::of).isPresent();
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        // The key is not signed: it only spares the work of verifying what is another silo's.
        if (record.key() == null || !new String(record.key(), StandardCharsets.UTF_8).startsWith(silo + "/")) {
            return;
        }
        AggregatorKey aggregator = registry.read(AggregatorKey::of)
                .orElseThrow(() -> new RejectedException(Reason.UNKNOWN_SENDER, "no aggregator is known"));
        UpdateFate fate = SignedRecords.open(
                        UpdateFate.class,
                        Purpose.UPDATE_FATE,
                        record.value(),
                        aggregator.name(),
                        aggregator.key(),
                        RecordLimits.DEFAULT)
                .message();
        if (!fate.silo().equals(silo)) {
            throw new RejectedException(Reason.WRONG_SENDER, "fate of another silo under this silo's key");
        }
        if (updates.advance(fate.updateId(), state(fate.kind()), fate.version(), fate.reason(), detail(fate))) {
            changes.signal();
        }
    }

    @Override
    public void caughtUp() {
        if (unknown.end()) {
            changes.signal();
        }
    }

    private static UpdateState state(UpdateFate.Kind kind) {
        return switch (kind) {
            case ACCEPTED -> UpdateState.ACCEPTED;
            case JOINED -> UpdateState.JOINED;
            case IN_VERSION -> UpdateState.IN_VERSION;
            case REFUSED -> UpdateState.REFUSED;
            case SPENT -> UpdateState.SPENT;
        };
    }

    private String detail(UpdateFate fate) {
        String why =
                fate.reason().map(code -> "the aggregator says: " + code.code()).orElse("");
        if (fate.kind() != UpdateFate.Kind.SPENT) {
            return why;
        }
        return why
                + updates.find(fate.updateId())
                        .map(update -> "; version " + update.baseVersion() + " is spent, train from a newer one")
                        .orElse("");
    }
}
