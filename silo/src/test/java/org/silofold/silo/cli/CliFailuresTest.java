package org.silofold.silo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silofold.protocol.registry.TensorSpec;
import org.silofold.silo.io.TensorFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Every failure of a command is one line that names what is wrong, and an exit code that is not 0. */
final class CliFailuresTest {
    @Command(name = "silofold")
    private static final class Root {}

    @TempDir
    private Path root;

    private static final String DIGEST = "ab".repeat(32);

    private StringWriter out;
    private StringWriter err;

    @BeforeEach
    void fresh() {
        out = new StringWriter();
        err = new StringWriter();
    }

    private int run(Object... arguments) {
        CommandLine line = new CommandLine(new Root());
        Commands.all().forEach(line::addSubcommand);
        Commands.failingInOneLine(line).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return line.execute(
                java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private void fails(int code, String part, Object... arguments) {
        fresh();
        assertThat(run(arguments)).isEqualTo(code);
        assertThat(err.toString().lines()).singleElement().asString().contains(part);
        assertThat(out.toString()).isEmpty();
    }

    private Path authority() {
        return root.resolve("authority");
    }

    private void found() {
        assertThat(run("federation", "init", "--dir", authority(), "--name", "hospitals", "--bootstrap", "127.0.0.1:1"))
                .isZero();
    }

    private int enrol(String name, String role) {
        return run(
                "silo",
                "enrol",
                "--dir",
                root.resolve(name),
                "--name",
                name,
                "--organisation",
                "org-" + name,
                "--role",
                role,
                "--federation",
                "hospitals",
                "--bootstrap",
                "127.0.0.1:1",
                "--authority-key",
                authority().resolve("authority.spki"));
    }

    @Test
    void foundsAFederationWithoutABroker() {
        found();
        assertThat(enrol("aggregator", "aggregator")).isZero();
        for (String silo : List.of("a", "b", "c", "d")) {
            assertThat(enrol(silo, "silo")).isZero();
        }
        assertThat(run(
                        "federation",
                        "admit",
                        "--dir",
                        authority(),
                        root.resolve("aggregator/enrolment.request"),
                        root.resolve("a/enrolment.request"),
                        root.resolve("b/enrolment.request"),
                        root.resolve("c/enrolment.request"),
                        root.resolve("d/enrolment.request")))
                .isZero();
        assertThat(run("federation", "roster", "--dir", authority())).isZero();
        assertThat(run("federation", "policy", "--dir", authority(), "--model", "risk", "--organisations", 4))
                .isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("enrolled a of org-a as silo")
                .contains("epoch 1: silos [a, b, c, d]")
                .contains("threshold 3, tolerates 1 malicious")
                .contains("policy 1 of model risk");
    }

    @Test
    void wrongUsageIsOneLineAndTwo() {
        fails(2, "Missing required options", "submit");
        fails(2, "Unknown option", "status", "--dir", root, "--nope");
        fails(2, "is not a double", "submit", "--dir", root, "--metrics", "accuracy=x");
    }

    @Test
    void noAgentIsOneLine() {
        fails(1, "no agent runs in " + root, "status", "--dir", root);
        fails(1, "no agent runs in " + root, "model", "fetch", "--dir", root, "--model", "m", "--out", "m.npy");
        fails(
                1,
                "no agent runs in " + root,
                "submit",
                "--dir",
                root,
                "--model",
                "m",
                "--update",
                "u.npy",
                "--base",
                0,
                "--examples",
                1);
    }

    @Test
    void filesThatAreNotThereAreNamed() {
        Path nowhere = root.resolve("nowhere");
        fails(1, "authority.properties: no such file", "federation", "roster", "--dir", nowhere);
        found();
        fails(1, nowhere + ": no such file", "federation", "admit", "--dir", authority(), nowhere);
        fails(1, nowhere + ": no such file", modelInit(nowhere));
        fails(1, root + ": cannot be read", modelInit(root));
        fails(1, "party.properties", "agent", "--dir", nowhere);
    }

    @Test
    void filesOfAWrongTypeAreNamed() throws IOException {
        found();
        Path text = Files.writeString(root.resolve("text"), "hello");
        fails(1, "not a valid enrolment request", "federation", "admit", "--dir", authority(), text);
        fails(1, text + ": is neither a .npy nor a .safetensors file", modelInit(text));
        Path nan = root.resolve("nan.npy");
        TensorFiles.writeParameters(nan, List.of(new TensorSpec("p", List.of(2))), new float[] {0, Float.NaN});
        fails(1, "parameter 1 is not finite", modelInit(nan));
        Files.writeString(authority().resolve("keys/root.pem"), "hello");
        fails(1, "root.pem: ", "federation", "roster", "--dir", authority());
        Files.writeString(authority().resolve("authority.spki"), "hello");
        fresh();
        assertThat(enrol("a", "silo")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("authority.spki: ");
        assertThat(root.resolve("a")).doesNotExist();
    }

    @Test
    void aWrongKeyFileStopsTheAgentInOneLine() throws IOException {
        found();
        assertThat(enrol("a", "silo")).isZero();
        Files.copy(
                root.resolve("a/keys/kem-1.pem"),
                root.resolve("a/keys/identity.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        fails(1, "identity.pem: not an ML-DSA-65 private key", "agent", "--dir", root.resolve("a"));
    }

    @Test
    void theAuthoritysWordAboutWhatIsNotThereIsOneLine() {
        found();
        for (String command : List.of("revoke", "suspend", "reinstate")) {
            List<Object> arguments = new ArrayList<>(List.of(
                    "federation", command, "--dir", authority(), "--subject", "nobody", "--why", "for the test"));
            if (command.equals("suspend")) {
                arguments.addAll(List.of("--days", 7));
            }
            String part = command.equals("reinstate") ? "nobody is not revoked" : "nobody is not enrolled";
            fails(1, part, arguments.toArray());
        }
        assertThat(enrol("berlin", "silo")).isZero();
        assertThat(run("federation", "admit", "--dir", authority(), root.resolve("berlin/enrolment.request")))
                .isZero();
        fails(
                1,
                "a suspension takes some time, not -1 days",
                "federation",
                "suspend",
                "--dir",
                authority(),
                "--subject",
                "berlin",
                "--why",
                "for the test",
                "--days",
                -1);
        fails(
                1,
                "subject",
                "federation",
                "revoke",
                "--dir",
                authority(),
                "--subject",
                "No/body",
                "--why",
                "for the test");
        failsToVoid("model nothing has no policy", "nothing", 1, DIGEST);
        assertThat(run("federation", "policy", "--dir", authority(), "--model", "risk", "--organisations", 4))
                .isZero();
        failsToVoid("allows maxVoids 0", "risk", 1, DIGEST);
        failsToVoid("a void version is 1 or more, not 0", "risk", 0, DIGEST);
        failsToVoid("--previous is a digest of 64 hexadecimal digits", "risk", 1, "0123");
    }

    private void failsToVoid(String part, String model, long version, String previous) {
        fails(
                1,
                part,
                "federation",
                "void",
                "--dir",
                authority(),
                "--model",
                model,
                "--version",
                version,
                "--previous",
                previous,
                "--why",
                "for the test");
    }

    @Test
    void rolesAndPoliciesAreChecked() {
        found();
        fresh();
        assertThat(enrol("a", "king")).isEqualTo(1);
        assertThat(err.toString()).contains("unknown role: king");
        fresh();
        assertThat(enrol("a", "authority")).isEqualTo(1);
        assertThat(root.resolve("a")).doesNotExist();
        fails(
                1,
                "at least 3 organisations",
                "federation",
                "policy",
                "--dir",
                authority(),
                "--model",
                "m",
                "--organisations",
                2);
        fails(1, "exactly one enrolled aggregator", "federation", "roster", "--dir", authority());
    }

    @Test
    void aLogIsVerifiedOnlyWithWhatItTakes() throws IOException {
        found();
        assertThat(enrol("a", "silo")).isZero();
        Path spki = authority().resolve("authority.spki");
        fails(2, "--dir", "verify-log");
        fails(2, "--federation", "verify-log", "--authority", spki);
        fails(
                2,
                "mutually exclusive",
                "verify-log",
                "--dir",
                root.resolve("a"),
                "--authority",
                spki,
                "--federation",
                "hospitals",
                "--bootstrap",
                "127.0.0.1:1");
        fails(
                4,
                "updates open for the aggregator and auditors alone",
                "verify-log",
                "--dir",
                root.resolve("a"),
                "--key",
                root.resolve("a"));
        assertThat(enrol("b", "auditor")).isZero();
        fails(
                4,
                "is of another federation",
                "verify-log",
                "--authority",
                spki,
                "--federation",
                "banks",
                "--bootstrap",
                "127.0.0.1:1",
                "--key",
                root.resolve("b"));
        Path junk = Files.writeString(root.resolve("junk.spki"), "junk");
        fails(
                4,
                "junk.spki",
                "verify-log",
                "--authority",
                junk,
                "--federation",
                "hospitals",
                "--bootstrap",
                "127.0.0.1:1");
        fails(
                4,
                "127.0.0.1:1: ",
                "verify-log",
                "--authority",
                spki,
                "--federation",
                "hospitals",
                "--bootstrap",
                "127.0.0.1:1");
    }

    private Object[] modelInit(Path from) {
        return new Object[] {"model", "init", "--dir", authority(), "--model", "risk", "--from", from};
    }
}
