package org.silofold.demo.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM of its own, with the options of the launcher {@code silofold}. */
final class JvmCommand {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    /** Flink reaches into these packages of the JDK; its own start scripts open them too. */
    private static final List<String> OPENS =
            List.of("java.lang", "java.util", "java.util.concurrent", "java.net", "java.nio", "sun.nio.ch");

    private final List<String> words = new ArrayList<>();

    private JvmCommand() {}

    /**
     * @param heapMebibytes its heap, of this size from the beginning
     * @param options more options of the JVM
     */
    static JvmCommand of(int heapMebibytes, List<String> options) {
        JvmCommand command = new JvmCommand();
        command.words.add(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.words.add("-Xms" + heapMebibytes + "m");
        command.words.add("-Xmx" + heapMebibytes + "m");
        // One of many JVMs on few cores: collectors with threads of their own would only wait for one another.
        command.words.add("-XX:+UseSerialGC");
        command.words.add("-XX:+ExitOnOutOfMemoryError");
        command.words.addAll(options);
        for (String opened : OPENS) {
            command.words.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        return command;
    }

    JvmCommand property(String key, Object value) {
        words.add("-D" + key + "=" + value);
        return this;
    }

    /** The main class and its arguments: the rest of the line. */
    List<String> main(String classPath, String main, List<String> arguments) {
        words.add("-cp");
        words.add(classPath);
        words.add(main);
        words.addAll(arguments);
        return List.copyOf(words);
    }

    /** The same command in a session of its own where the system has one, so that no terminal's Ctrl-C or end reaches it. */
    static List<String> detached(List<String> command) {
        List<String> detached = new ArrayList<>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> detached.add(setsid.toString()));
        detached.addAll(command);
        return List.copyOf(detached);
    }
}
