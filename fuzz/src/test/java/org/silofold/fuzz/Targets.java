package org.silofold.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Every {@link FuzzTest} of this module, found where it is compiled. */
final class Targets {
    private Targets() {}

    /** One method and an instance to call it on. */
    record Target(Object instance, Method method) {
        /** {@code Class.method}, the class without its package. */
        String name() {
            return instance.getClass().getSimpleName() + "." + method.getName();
        }

        /** Where its kept inputs are, below the test resources, as Jazzer's JUnit integration has it. */
        Path inputs() {
            String type = instance.getClass().getName().replace('.', '/');
            return Path.of(type + "Inputs", method.getName());
        }

        void run(byte[] data) throws Throwable {
            try {
                method.invoke(instance, (Object) data);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    /** All of them, sorted by name. */
    static List<Target> all() {
        List<Target> targets = new ArrayList<>();
        try {
            Path root = Path.of(Targets.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<String> names;
            try (Stream<Path> files = Files.walk(root)) {
                names = files.map(file -> root.relativize(file).toString().replace('/', '.'))
                        .filter(name -> name.endsWith("FuzzTest.class"))
                        .map(name -> name.substring(0, name.length() - ".class".length()))
                        .toList();
            }
            for (String name : names) {
                Class<?> type = Class.forName(name);
                Constructor<?> constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                Object instance = constructor.newInstance();
                for (Method method : type.getDeclaredMethods()) {
                    if (method.isAnnotationPresent(FuzzTest.class)) {
                        method.setAccessible(true);
                        targets.add(new Target(instance, method));
                    }
                }
            }
        } catch (IOException | URISyntaxException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        targets.sort(Comparator.comparing(Target::name));
        return targets;
    }
}
