package org.silofold.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which process a number means: systems use the numbers of processes that ended again, so its start is a part of it.
 *
 * @param pid its number
 * @param start when it started, in the system's own terms: clock ticks since boot on Linux (proc(5), field 22 of a process), which
 *     no change of the clock moves; elsewhere what the JDK says
 */
record ProcessIdentity(long pid, String start) {
    private static final int START_FIELD = 22;
    /** Fields 1 and 2 end with the last closing bracket: the second is the program's name, which may hold anything. */
    private static final int FIELDS_BEFORE = 3;

    /** The identity of a process that runs. */
    static Optional<ProcessIdentity> of(long pid) {
        return start(pid).map(start -> new ProcessIdentity(pid, start));
    }

    /** This very process, if it still runs; never another one that has its number now. */
    Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> start(pid).filter(start::equals).isPresent());
    }

    /** Whether this is the process's working directory; true as well where the system does not say. */
    boolean runsIn(Path directory) {
        Path current = Path.of("/proc", Long.toString(pid), "cwd");
        try {
            return !Files.exists(current) || Files.isSameFile(current, directory);
        } catch (IOException gone) {
            return true;
        }
    }

    private static Optional<String> start(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            if (Files.exists(stat)) {
                String line = Files.readString(stat);
                String[] fields =
                        line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
                // A zombie has ended; only its parent has not asked yet.
                return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields[START_FIELD - FIELDS_BEFORE]);
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Object::toString);
    }
}
