package org.silofold.silo.agent;

/** A record cannot be judged before another topic has shown what it rests on. One line. */
final class AwaitedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AwaitedException(String message) {
        super(message);
    }
}
