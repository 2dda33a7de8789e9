package org.silofold.silo.sdk;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.silofold.protocol.message.UpdateId;

/** A silo's federation, by way of its running agent. Thread-safe. All methods throw {@link SiloException}. */
public interface Silo extends AutoCloseable {
    /**
     * Finds the running agent of the party with this directory.
     *
     * @throws SiloException {@link SiloException#AGENT_NOT_RUNNING} if none runs there
     */
    static Silo connect(Path partyDirectory) {
        return HttpSilo.connect(partyDirectory);
    }

    /** The newest verified version of the model; code no-model if there is none yet. */
    VerifiedModel latestModel(String model);

    /**
     * Waits for a version newer than this one.
     *
     * @param newerThan -1 for any version
     * @return empty if none came in time
     */
    Optional<VerifiedModel> awaitModel(String model, long newerThan, Duration atMost);

    /** Hands an update to the agent. When this returns it is durable and will be sent, whatever crashes. */
    UpdateId submit(ModelUpdate update);

    /** How far the update came. */
    UpdateStatus status(UpdateId updateId);

    /** All updates of this party, oldest first. */
    List<UpdateStatus> updates();

    /**
     * Waits until the update is as wanted.
     *
     * @throws SiloException {@link SiloException#TIMEOUT} if it is not in time
     */
    UpdateStatus await(UpdateId updateId, Predicate<UpdateStatus> wanted, Duration atMost);

    /**
     * Waits until the update's state is final. Where it is {@link UpdateStatus.State#SPENT} the cohort is lost: the reason says why, and another
     * update needs a newer base, of {@link #awaitModel}. Where it is {@link UpdateStatus.State#REFUSED}, {@link UpdateStatus.State#WITHDRAWN} may follow:
     * with reason expired, or incomplete for what the agent could not send, it does so by itself while the base is the newest version, and then
     * another update may be made from that base.
     */
    default UpdateStatus await(UpdateId updateId, Duration atMost) {
        return await(updateId, status -> status.state().isFinal(), atMost);
    }

    /**
     * Takes an update back: the agent sends nothing more of it, ever, and asks the committee to say that it never voted for it. Once enough
     * members said so the update is {@link UpdateStatus.State#WITHDRAWN} and another may be made from its base; not before, and what it cost
     * of a privacy budget stays spent. Asking again changes nothing.
     *
     * @return how far the update is now
     * @throws SiloException code too-late if a cohort was proposed with it, or it is in a version or spent
     */
    UpdateStatus withdraw(UpdateId updateId);

    /** How the agent is. */
    AgentStatus agentStatus();

    /** Ends the use of this object; the agent runs on. */
    @Override
    void close();
}
