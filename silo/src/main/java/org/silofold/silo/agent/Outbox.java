package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.UpdateId;
import org.silofold.protocol.message.UpdateWithdrawal;
import org.silofold.protocol.privacy.ModelPrivacy;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.protocol.sign.SigningKey;
import org.silofold.schemas.SignedRecords;
import org.silofold.silo.party.PartyDirectory;
import org.silofold.silo.store.AgentDatabase;
import org.silofold.silo.store.OutgoingUpdate;
import org.silofold.silo.store.SealedUpdate;
import org.silofold.silo.store.StoreException;
import org.silofold.silo.store.UpdateState;
import org.silofold.silo.store.UpdateTable;
import org.silofold.silo.store.WithdrawalTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes updates in. When {@link #submit} returns, every byte of the update is synced to disk, its base is spent and its privacy charged, and nothing but
 * those bytes will ever be sent for it; when it throws, no trace of the update is left and the base is not spent by it.
 *
 * <p>Order: files, their names, then one transaction that remembers the update, spends the base and charges the budget. A crash before the transaction leaves files
 * that the next start removes.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** How long a caller waits for the log to be read back, at the agent's start. */
    private static final Duration OWN_LOG_WAIT = Duration.ofSeconds(5);

    private final AgentContext context;
    private final UpdateTable updates;
    private final WithdrawalTable withdrawals;
    private final OwnLog own;
    private final OutboxFiles files;
    private final SubmissionChecks checks;
    private final Changes changes;

    /** Held while a record is handed to Kafka's client, and while a withdrawal is written. */
    private final Object sending = new Object();

    private final SecureRandom random = new SecureRandom();

    Outbox(AgentContext context, AgentDatabase database, OwnLog own, Changes changes) throws IOException {
        this.context = context;
        this.updates = database.updates();
        this.withdrawals = database.withdrawals();
        this.own = own;
        this.files = new OutboxFiles(context.party().outbox());
        this.checks = new SubmissionChecks(context, database, files);
        this.changes = changes;
        files.keepOnly(updates.unsent().stream().map(OutgoingUpdate::updateId).toList());
    }

    OutboxFiles files() {
        return files;
    }

    /**
     * Makes an update durable, to be sent.
     *
     * @throws RejectedException if the update is not what it should be, its base is unknown, too old or spent
     * @throws AgentException if the agent cannot do it now
     */
    synchronized UpdateId submit(UpdateRequest request) {
        PartyDirectory party = context.party();
        long now = context.clock().millis();
        UpdateTerms terms = context.registry().read(view -> UpdateTerms.of(view, party.name(), request.model(), now));
        checks.check(request, terms, now);
        awaitOwnLog(request);
        // Once more: the log may have brought back what the store had forgotten.
        UpdateRequest.Base base = checks.check(request, terms, now);
        byte[] idBytes = new byte[UpdateId.LENGTH];
        random.nextBytes(idBytes);
        UpdateId id = UpdateId.of(idBytes);
        try {
            checks.requireSpace(terms);
            return write(request, terms, base, id, now);
        } catch (IOException | RuntimeException e) {
            throw undo(id, e);
        }
    }

    private void awaitOwnLog(UpdateRequest request) {
        if (changes.await(() -> Optional.of(own.known(request.model())).filter(Boolean::booleanValue), OWN_LOG_WAIT)
                .isEmpty()) {
            throw new AgentException(
                    AgentException.NOT_READY,
                    "what this silo has sent of " + request.model() + " before is not yet read back from "
                            + context.topics().manifests(context.party().name())
                            + " and the chain of models; nothing is taken in until it is");
        }
        if (own.broken(request.model())) {
            throw new RejectedException(
                    Reason.PROMISE_BROKEN,
                    "a version of " + request.model()
                            + " lists an update that the committee promised never to vote for; see the agent's alarm");
        }
    }

    /**
     * Takes an update back. When this returns the wish is durable, and nothing of the update is sent any more, now or after any crash.
     *
     * @return the update as it is
     * @throws AgentException if there is no such update, or it went too far
     */
    OutgoingUpdate withdraw(UpdateId id) {
        OutgoingUpdate update = updates.find(id)
                .orElseThrow(() -> new AgentException(AgentException.UNKNOWN_UPDATE, "there is no update " + id));
        if (update.state() != UpdateState.WITHDRAWN && !withdrawals.isPending(id)) {
            byte[] record = withdrawal(update);
            synchronized (sending) {
                if (!withdrawals.add(id, record)) {
                    update = updates.find(id).orElseThrow();
                    throw new AgentException(
                            AgentException.TOO_LATE,
                            "update " + id + " cannot be withdrawn: it is "
                                    + update.state().code() + (update.version() < 0 ? "" : " " + update.version()));
                }
            }
            try {
                files.remove(id);
            } catch (IOException e) {
                LOG.warn("{} cannot be removed yet: {}", files.directory(id), e.getMessage());
            }
            changes.signal();
        }
        return updates.find(id).orElseThrow();
    }

    private byte[] withdrawal(OutgoingUpdate update) {
        PartyDirectory party = context.party();
        UpdateId id = update.updateId();
        SealedUpdate sealed = updates.sealed(id)
                .orElseThrow(() -> new AgentException(
                        AgentException.TOO_LATE, "update " + id + " was made before updates could be withdrawn"));
        Context header = context.registry().read(view -> {
            if (!view.rosterDigest().equals(Optional.of(sealed.rosterDigest()))) {
                throw new AgentException(
                        AgentException.TOO_LATE,
                        "update " + id
                                + " cannot be withdrawn: the committee to which it was sealed is not the roster's");
            }
            return view.context(update.model(), party.name(), Purpose.UPDATE_WITHDRAWAL);
        });
        try (SigningKey identity = party.identityKey()) {
            return SignedRecords.seal(new UpdateWithdrawal(header, id, sealed.manifestDigest()), new byte[0], identity);
        }
    }

    /**
     * Sends one of an update's records, unless the update was withdrawn.
     *
     * @return what the send returns; empty if nothing of the update is to be sent any more
     */
    <T> Optional<T> whileNotWithdrawn(UpdateId id, Supplier<T> send) {
        synchronized (sending) {
            return withdrawals.wanted(id) ? Optional.of(send.get()) : Optional.empty();
        }
    }

    private UpdateId write(UpdateRequest request, UpdateTerms terms, UpdateRequest.Base base, UpdateId id, long now)
            throws IOException {
        PartyDirectory party = context.party();
        long sequence = updates.nextSequence(request.model(), now);
        long expiry = now + terms.policy().expiryMillis();
        UpdateBuilder.Built built;
        Path building = files.begin(id);
        try (SigningKey identity = party.identityKey()) {
            built = new UpdateBuilder(party.config().federation(), identity, random)
                    .build(terms, request, base, id, sequence, expiry, building);
        }
        files.finish(id);
        OutgoingUpdate update = new OutgoingUpdate(
                id,
                request.model(),
                request.baseVersion(),
                sequence,
                terms.layout().shards(),
                built.bytes(),
                expiry,
                now,
                false,
                UpdateState.NOT_SENT,
                -1,
                Optional.empty(),
                "");
        SealedUpdate sealed =
                new SealedUpdate(built.manifestDigest(), terms.context().rosterDigest());
        if (!updates.add(update, base.spendable(), sealed, terms.privacy().map(ModelPrivacy::accountant))) {
            throw SubmissionChecks.spent(request);
        }
        changes.signal();
        return id;
    }

    private RuntimeException undo(UpdateId id, Exception cause) {
        try {
            files.remove(id);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        if (isFull(cause)) {
            return new AgentException(
                    AgentException.DISK_FULL,
                    "the disk of " + context.party().root() + " is full; nothing of the update was kept",
                    cause);
        }
        if (cause instanceof IOException || cause instanceof StoreException) {
            return new AgentException(
                    AgentException.DISK_FAILED, "the update cannot be stored: " + cause.getMessage(), cause);
        }
        return (RuntimeException) cause;
    }

    private static boolean isFull(Exception cause) {
        if (cause instanceof StoreException store) {
            return store.full();
        }
        // The JDK tells a full disk from other failures by the operating system's message alone.
        return cause instanceof IOException && saysFull(cause.getMessage());
    }

    private static boolean saysFull(String message) {
        String text = message == null ? "" : message.toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }

    /**
     * The records of an update that are still on disk, shards first, the manifest last.
     *
     * @throws AgentException if one is missing
     */
    List<Path> records(OutgoingUpdate update) {
        Path directory = files.directory(update.updateId());
        List<Path> records = new ArrayList<>();
        for (int i = 0; i < update.shards(); i++) {
            records.add(directory.resolve(OutboxFiles.shardName(i)));
        }
        records.add(directory.resolve(OutboxFiles.MANIFEST));
        records.forEach(record -> {
            if (!Files.isRegularFile(record)) {
                throw new AgentException(AgentException.DISK_FAILED, record + " is missing from the outbox");
            }
        });
        return records;
    }
}
