/**
 * The command line: {@code silofold federation}, {@code silo}, {@code agent}, {@code submit}, {@code model}, {@code status}. Commands
 * only carry arguments to the admin, agent and sdk packages and print what comes back. What goes wrong is one line on standard error
 * and exit code 1; bad usage is exit code 2.
 */
package org.silofold.silo.cli;
