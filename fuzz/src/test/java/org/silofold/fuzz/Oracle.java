package org.silofold.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** What every target must hold: it fails only as it says it does, and no input makes it allocate much more than its own size. */
public final class Oracle {
    /** Most that a thread may allocate for one input below a mebibyte, in bytes. */
    static final long BUDGET = 64L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Oracle() {}

    /** What is tried; it may be tried twice. */
    public interface Attempt {
        /** Throws as documented, or there is a finding. */
        void run() throws Exception;
    }

    /**
     * Tries.
     *
     * @param documented what may be thrown
     * @return false if something documented was thrown
     * @throws AssertionError if anything else was, or too much was allocated
     */
    @SafeVarargs
    public static boolean accepts(Attempt attempt, Class<? extends Exception>... documented) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = run(attempt, documented);
        if (THREADS.getCurrentThreadAllocatedBytes() - before <= BUDGET) {
            return accepted;
        }
        // The first use of a class loads and instruments it on this thread: what is allocated again is the input's
        // doing.
        before = THREADS.getCurrentThreadAllocatedBytes();
        run(attempt, documented);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > BUDGET) {
            throw new AssertionError(allocated + " bytes allocated for one input, more than " + BUDGET);
        }
        return accepted;
    }

    @SafeVarargs
    private static boolean run(Attempt attempt, Class<? extends Exception>... documented) {
        try {
            attempt.run();
            return true;
        } catch (Exception e) {
            for (Class<? extends Exception> type : documented) {
                if (type.isInstance(e)) {
                    return false;
                }
            }
            throw new AssertionError("not a documented failure: " + e, e);
        }
    }

    /** An event of a script allocated too much, for the first time or again. */
    private static final class Overspent extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final int event;

        Overspent(int event, long allocated, long budget) {
            super(allocated + " bytes allocated for event " + event + ", more than " + budget);
            this.event = event;
        }
    }

    private static int events;

    /**
     * Runs a script of events; begins anew if an event overspent, since the first use of a class costs more than the event. Not on two threads
     * at a time.
     *
     * @param script the same each time
     * @throws AssertionError if the same event overspends again
     */
    public static void script(Runnable script) {
        int overspent = -1;
        while (true) {
            events = 0;
            try {
                script.run();
                return;
            } catch (Overspent e) {
                if (e.event <= overspent) {
                    throw e;
                }
                overspent = e.event;
            }
        }
    }

    /**
     * The next event of a script.
     *
     * @param budget most that it may allocate, in bytes
     * @throws AssertionError if it allocates more
     */
    public static <T> T event(long budget, Supplier<T> event) {
        int number = events++;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T result = event.get();
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > budget) {
            throw new Overspent(number, allocated, budget);
        }
        return result;
    }

    /** @throws AssertionError with this message if it does not hold */
    public static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
