package org.silofold.demo.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
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

    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5}):([0-9]{1,5})");

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Its data; kept.")
    private Path directory;

    @Option(names = "--port", defaultValue = "9092", description = "Port on 127.0.0.1 (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--forwarded",
            paramLabel = "PORT:TOLD",
            description =
                    "A second port on 127.0.0.1, whose clients are told to come to the port TOLD: for a forwarder in between.")
    private String forwarded;

    @Override
    public Integer call() throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.toAbsolutePath(), port, more())) {
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
            spec.commandLine().getOut().println("broker runs at " + broker.bootstrap() + "; stop it with Ctrl-C");
            stop.await();
        }
        return 0;
    }

    private Map<String, String> more() {
        if (forwarded == null) {
            return Map.of();
        }
        Matcher ports = PORTS.matcher(forwarded);
        if (!ports.matches()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--forwarded must be two ports, such as 9093:9094, not " + forwarded);
        }
        return EmbeddedBroker.forwarded(Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
    }
}
