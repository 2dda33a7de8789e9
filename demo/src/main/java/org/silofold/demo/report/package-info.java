/**
 * What a run of the demo leaves behind and what it shows while it runs.
 *
 * <p>In: a {@link org.silofold.demo.report.RunSummary}, plain values that the demo fills. Held: nothing. Out:
 * {@code summary.json} with exactly its fields, a self-contained {@code report.html} (inline SVG, no script, no external
 * resource, light and dark), the final table and the lines of the terminal. Nothing is hidden when it is bad: refused, lost
 * and twice-counted updates have their own fields. A file that cannot be written fails with its
 * {@link java.io.IOException}.
 */
package org.silofold.demo.report;
