/**
 * {@code silofold soak}: a cluster of processes under faults. A seed goes in; a schedule of faults follows from it, one after the other while
 * every silo trains; out comes a count, from the committed log, of what became of every update. A fault ends before the next begins, and
 * two more versions must come after each, or the soak ends with one line.
 */
package org.silofold.demo.soak;
