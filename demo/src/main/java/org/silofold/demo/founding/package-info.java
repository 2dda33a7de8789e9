/**
 * How a federation of this machine is founded: the parties' directories, topics, roster, policy and model, with the same code as any
 * federation's. Names go in; signed documents in a registry and directories of keys come out. What a broker or a disk refuses ends it
 * with one line.
 */
package org.silofold.demo.founding;
