package org.silofold.demo.soak;

import java.time.Duration;

/**
 * A fault of the schedule.
 *
 * @param kind what goes wrong
 * @param pick which of the parts it may hit, modulo their number
 * @param lasts how long, for what lasts a while; how long a killed part is dead
 */
record Fault(FaultKind kind, int pick, Duration lasts) {}
