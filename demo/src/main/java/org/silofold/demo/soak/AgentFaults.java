package org.silofold.demo.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.silofold.demo.cluster.Cluster;
import org.silofold.demo.cluster.Part;
import org.silofold.silo.party.PartyConfig;
import org.silofold.silo.party.PartyDirectory;

/**
 * What befalls an agent that goes on running; in the end it runs as before.
 *
 * @param cluster the agents'
 */
record AgentFaults(Cluster cluster) {
    /** What happens while an agent is other than it was. */
    private interface Meanwhile {
        void pass() throws IOException, InterruptedException;
    }

    /** The agent starts again behind a line, which is cut for a while, and later without it. */
    String cutOff(Part agent, Duration lasts) throws IOException, InterruptedException {
        PartyDirectory party = PartyDirectory.open(cluster.party(agent.silo()));
        PartyConfig own = party.config();
        cluster.kill(agent);
        party.replaceConfig(new PartyConfig(
                own.name(),
                own.role(),
                own.organisation(),
                own.federation(),
                "127.0.0.1:" + cluster.linePort(),
                own.topicPrefix(),
                own.clientConfig()));
        try (Line line = new Line(cluster.linePort(), cluster.behindLinePort())) {
            during(agent, () -> {
                cluster.start(agent);
                cluster.awaitWell(agent);
                line.cut();
                pause(lasts);
                line.mend();
                cluster.awaitWell(agent);
            });
        } finally {
            party.replaceConfig(own);
        }
        cluster.start(agent);
        return agent + " without a broker for " + seconds(lasts);
    }

    /** The agent starts again on a small disk, which is full for a while, and later on its own. */
    String fullDisk(Part agent, Duration lasts) throws IOException, InterruptedException {
        cluster.kill(agent);
        try (SmallDisk disk = SmallDisk.inPlaceOf(cluster.party(agent.silo()))) {
            during(agent, () -> {
                cluster.start(agent);
                cluster.awaitWell(agent);
                disk.fill();
                pause(lasts);
                disk.free();
            });
        }
        cluster.start(agent);
        return agent + " on a full disk for " + seconds(lasts);
    }

    /** The agent starts again with a wrong clock, and later with the right one. */
    String wrongClock(Part agent, Duration lasts, Duration ahead) throws IOException, InterruptedException {
        cluster.kill(agent);
        during(agent, () -> {
            cluster.startShifted(agent, ahead);
            pause(lasts);
        });
        cluster.start(agent);
        return agent + " with its clock " + ahead.toHours() + " h ahead for " + seconds(lasts);
    }

    /** Ends the agent after it, whatever happens. */
    private void during(Part agent, Meanwhile meanwhile) throws IOException, InterruptedException {
        try {
            meanwhile.pass();
        } finally {
            if (cluster.pid(agent).isPresent()) {
                cluster.kill(agent);
            }
        }
    }

    private static void pause(Duration lasts) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(lasts.toMillis());
    }

    private static String seconds(Duration lasts) {
        return lasts.toSeconds() + " s";
    }
}
