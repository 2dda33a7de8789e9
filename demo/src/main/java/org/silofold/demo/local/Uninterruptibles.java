package org.silofold.demo.local;

/** Waiting that an interrupt does not cut short, as closing must not be; the interrupt is kept for later. */
public final class Uninterruptibles {
    private Uninterruptibles() {}

    /** Waits for a thread's end. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
