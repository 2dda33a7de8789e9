package org.silofold.silo.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets threads wait until something that another thread changes is as they want it. */
final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long count;
    private boolean closed;

    /** Something changed. */
    void signal() {
        lock.lock();
        try {
            count++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waits, now and later. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the condition gives a value; asks it without holding this object's lock, after every change.
     *
     * @return the value; empty after {@link #close()}, when the time is over or the thread is interrupted
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

    /** Waits for the time, for {@link #close()} or for an interrupt; returns whether it was for the time. */
    boolean pause(Duration duration) {
        long deadline = System.nanoTime() + duration.toNanos();
        boolean open = true;
        while (open && deadline - System.nanoTime() > 0) {
            awaitChange(count(), deadline);
            open = !closed() && !Thread.currentThread().isInterrupted();
        }
        return open;
    }

    private long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change; returns false when the time is over or everything is. */
    private boolean awaitChange(long before, long deadline) {
        lock.lock();
        try {
            while (count == before && !closed) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || changed.awaitNanos(left) <= 0) {
                    return false;
                }
            }
            return !closed && deadline - System.nanoTime() > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
