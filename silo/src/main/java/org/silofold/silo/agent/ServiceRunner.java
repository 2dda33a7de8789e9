package org.silofold.silo.agent;

import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;

/** Runs a service on a thread of its own, again after each failure. */
final class ServiceRunner implements Runnable {
    private final AgentService service;
    private final AgentContext context;

    ServiceRunner(AgentService service, AgentContext context) {
        this.service = service;
        this.context = context;
    }

    Thread start() {
        Thread thread = new Thread(this, "silofold-" + context.party().name() + "-" + service.name());
        thread.start();
        return thread;
    }

    @Override
    public void run() {
        Duration pause = context.config().firstRetry();
        while (!context.stopping()) {
            long began = System.nanoTime();
            try {
                service.run(context);
                return;
            } catch (Throwable e) { // whatever ended the service: it is seen, and runs again
                if (context.stopping()) {
                    return;
                }
                context.health().failed(service.name(), describe(e));
            }
            boolean ranLong =
                    System.nanoTime() - began > context.config().lastRetry().toNanos();
            pause = ranLong ? context.config().firstRetry() : pause;
            if (!context.pause(pause)) {
                return;
            }
            pause = longer(pause.multipliedBy(2));
        }
    }

    private Duration longer(Duration pause) {
        Duration most = context.config().lastRetry();
        return pause.compareTo(most) > 0 ? most : pause;
    }

    private String describe(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return "no answer from the broker at "
                        + context.party().config().bootstrap();
            }
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getName() : message;
    }
}
