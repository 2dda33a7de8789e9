package org.silofold.silo.agent;

import java.io.IOException;
import java.nio.file.Path;
import org.silofold.silo.party.PartyDirectory;

/** A party's agent as a process of its own, to be killed. */
public final class AgentProcess {
    private AgentProcess() {}

    /** Runs the agent of the party with this directory. */
    public static void main(String[] arguments) throws InterruptedException {
        try (Agent agent = Agent.start(PartyDirectory.open(Path.of(arguments[0])))) {
            agent.awaitStop();
        }
    }

    /** Starts it; what it says goes to a file. */
    static Process start(PartyDirectory party, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProcess.class.getName(),
                        party.root().toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
