/**
 * A Kafka broker and a Flink cluster on this machine's loopback, in this process or as processes of their own: what a federation
 * runs on when no cluster is at hand. Nothing of Silofold's own work happens here.
 */
package org.silofold.demo.local;
