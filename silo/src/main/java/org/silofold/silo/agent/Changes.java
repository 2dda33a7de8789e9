package org.silofold.silo.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets threads wait until something that another thread changes is as they want it. */
final class Changes {
    private long count;
    private boolean closed;

    /** Something changed. */
    synchronized void signal() {
        count++;
        notifyAll();
    }

    /** Ends all waits, now and later. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean closed() {
        return closed;
    }

    /**
     * Waits until the condition gives a value; asks it without holding this object's lock, after every change.
     *
     * @return the value; empty after {@link #close()} or when the time is over
     */
    <T> Optional<T> await(Supplier<Optional<T>> condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            long before = count();
            Optional<T> value = condition.get();
            if (value.isPresent() || !awaitChange(before, deadline)) {
                return value;
            }
        }
    }

    /** Waits for the time or for {@link #close()}; returns whether it is still open. */
    synchronized boolean pause(Duration duration) {
        long deadline = System.nanoTime() + duration.toNanos();
        while (!closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            waitNanos(left);
        }
        return false;
    }

    private synchronized long count() {
        return count;
    }

    private synchronized boolean awaitChange(long before, long deadline) {
        while (count == before && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            waitNanos(left);
        }
        return !closed;
    }

    private void waitNanos(long nanos) {
        try {
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }
}
