package org.silofold.demo.train;

import java.nio.file.Path;
import org.silofold.protocol.message.UpdateId;

/**
 * An update that a silo submitted, with what only it knows of it.
 *
 * @param silo whose
 * @param baseVersion the version it was trained from
 * @param updateId which
 * @param delta file of the plain delta, float32 little-endian
 * @param examples examples behind it
 * @param trainSeconds how long training took, pace included
 * @param submitSeconds how long the agent took to encode, mask, share, seal and store it
 * @param submittedMillis when it was safe at the agent, epoch milliseconds
 */
public record Submitted(
        String silo,
        long baseVersion,
        UpdateId updateId,
        Path delta,
        long examples,
        double trainSeconds,
        double submitSeconds,
        long submittedMillis) {}
