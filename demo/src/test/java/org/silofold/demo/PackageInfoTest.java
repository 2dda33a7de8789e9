package org.silofold.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every package of every module says what it is for. */
class PackageInfoTest {
    private static final Path MODULES = Path.of("..");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(MODULES)) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    @Test
    void everyPackageHasItsPackageInfo() throws IOException {
        TreeSet<Path> packages = new TreeSet<>();
        List<Path> sources = sources();
        assertThat(sources.stream().map(source -> source.getName(1).toString()))
                .contains("protocol", "schemas", "kafka-setup", "silo", "flink-job", "demo");
        for (Path source : sources) {
            try (Stream<Path> files = Files.walk(source)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .forEach(packages::add);
            }
        }
        assertThat(packages).hasSizeGreaterThan(30).allSatisfy(directory -> {
            Path info = directory.resolve("package-info.java");
            assertThat(info).isRegularFile();
            assertThat(Files.readString(info)).contains("/**").contains("\npackage org.");
        });
    }
}
