package org.silofold.demo.cluster;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * The programs that a cluster runs.
 *
 * @param silofold class path of Silofold's own commands
 * @param flink class path of Flink's processes, without the job and what it brings
 * @param jobJar the job, or a jar with nothing in it where {@code jobCode} has it
 * @param jobCode where the job's classes are beside its jar, on this machine
 * @param flinkLogging what Flink's processes log, a Log4j configuration
 * @param jvmOptions more options of every JVM
 */
public record Installation(
        String silofold, String flink, Path jobJar, List<URI> jobCode, Path flinkLogging, List<String> jvmOptions) {
    /** What Flink's processes do not see, as in the launcher's class path: the job brings it. */
    private static final List<String> THE_JOBS = List.of(
            "org/silofold/",
            "org/apache/kafka/",
            "org/bouncycastle/",
            "org/apache/avro/",
            "info/picocli/",
            "org/xerial/sqlite-jdbc/",
            "org/apache/flink/flink-connector-kafka/");

    /** Copies the list. */
    public Installation {
        jobCode = List.copyOf(jobCode);
        jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * What the launcher built that started this JVM.
     *
     * @throws ClusterException if none did
     */
    public static Installation ofLauncher() throws IOException {
        String home = System.getProperty("silofold.home");
        if (home == null) {
            throw new ClusterException("the property silofold.home is not set; run ./silofold");
        }
        return ofHome(Path.of(home));
    }

    /**
     * What the launcher built.
     *
     * @param home the repository's root
     */
    public static Installation ofHome(Path home) throws IOException {
        Path target = home.resolve("demo").resolve("target");
        Path job = home.resolve("flink-job").resolve("target").resolve("silofold-job.jar");
        for (Path needed : List.of(target.resolve("libraries.classpath"), target.resolve("flink.classpath"), job)) {
            if (!Files.exists(needed)) {
                throw new ClusterException(needed + ": no such file; run ./silofold, which builds it");
            }
        }
        return new Installation(
                Files.readString(target.resolve("libraries.classpath")).strip()
                        + File.pathSeparator
                        + target.resolve("classes"),
                Files.readString(target.resolve("flink.classpath")).strip(),
                job,
                List.of(),
                logging(home),
                List.of());
    }

    /**
     * The class path of this JVM, for tests, which run before any jar is made: directories of classes go to the job as they are.
     *
     * @param home the repository's root
     * @param scratch a directory for the job's jar
     */
    public static Installation ofThisJvm(Path home, Path scratch) throws IOException {
        List<String> all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .toList();
        Path jar = Files.createDirectories(scratch).resolve("empty-job.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return new Installation(
                String.join(File.pathSeparator, all),
                all.stream().filter(entry -> !isTheJobs(entry)).collect(Collectors.joining(File.pathSeparator)),
                jar,
                all.stream()
                        .filter(Installation::isTheJobs)
                        .map(entry -> Path.of(entry).toUri())
                        .toList(),
                logging(home),
                // Short lives on few cores: optimising compilers would take more time than they save.
                List.of("-XX:TieredStopAtLevel=1"));
    }

    /**
     * The same programs, whose JVMs take the memory of their whole heap when they begin: what grows later is beside the heap, and is no heap
     * that fills for the first time.
     */
    public Installation takingWholeHeaps() {
        List<String> options = new ArrayList<>(jvmOptions);
        options.add("-XX:+AlwaysPreTouch");
        return new Installation(silofold, flink, jobJar, jobCode, flinkLogging, options);
    }

    private static Path logging(Path home) {
        return home.resolve("local").resolve("flink").resolve("log4j2.properties");
    }

    /** Directories and jars of the reactor's modules lie in their {@code target}, libraries in a repository by their group. */
    private static boolean isTheJobs(String entry) {
        Path path = Path.of(entry);
        return Files.isDirectory(path)
                || path.getParent().endsWith("target")
                || THE_JOBS.stream().anyMatch(group -> entry.replace('\\', '/').contains("/" + group));
    }
}
