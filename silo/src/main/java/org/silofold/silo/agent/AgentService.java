package org.silofold.silo.agent;

/**
 * Something that runs as long as the agent does, on a thread of its own. Implementations are found by {@link java.util.ServiceLoader} or
 * given in {@link AgentConfig#services()}; those found need a public constructor without parameters.
 */
public interface AgentService {
    /** A short name, for the thread, the log and the status. */
    String name();

    /**
     * Runs until {@link AgentContext#stopping()}. Opens what it needs and closes it. When it throws, the agent says so in its status and
     * calls it again after a pause; when it returns before the agent stops, it is not called again.
     */
    void run(AgentContext context) throws Exception;
}
