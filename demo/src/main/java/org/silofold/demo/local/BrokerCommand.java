package org.silofold.demo.local;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silofold broker}: a Kafka broker on loopback as a process of its own, for trying things out. */
@Command(
        name = "broker",
        description = "Run a single Kafka broker on 127.0.0.1, for trying things out.",
        mixinStandardHelpOptions = true)
public final class BrokerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Its data; kept.")
    private Path directory;

    @Option(names = "--port", defaultValue = "9092", description = "Port on 127.0.0.1 (${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.toAbsolutePath(), port)) {
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
            spec.commandLine().getOut().println("broker runs at " + broker.bootstrap() + "; stop it with Ctrl-C");
            stop.await();
        }
        return 0;
    }
}
