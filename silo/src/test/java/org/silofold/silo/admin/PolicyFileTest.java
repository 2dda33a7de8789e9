package org.silofold.silo.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Digest;
import org.silofold.protocol.message.Purpose;
import org.silofold.protocol.message.Suite;
import org.silofold.protocol.registry.Policy;
import org.silofold.protocol.registry.Privacy;

/** A policy file overrides defaults; what no policy may have is refused by name. */
final class PolicyFileTest {
    private static final Context CONTEXT = new Context(
            1, Suite.ML_KEM_768_ML_DSA_65.text(), "heart", 0, Digest.ZERO, 0, "risk", "authority", Purpose.POLICY);

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("policy.properties"), text);
    }

    private Policy sign(PolicyFile file) throws IOException {
        AuthorityConfig config = new AuthorityConfig("hospitals", "127.0.0.1:9092", "");
        try (Authority authority = Authority.init(directory.resolve("authority"), config, Clock.systemUTC())) {
            return authority.policy("risk", file);
        }
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws IOException {
        Policy policy = sign(PolicyFile.defaults(4).read(file("clip = 2.5\noptimizer=fedyogi\n")));
        assertThat(policy.clip()).isEqualTo(2.5);
        assertThat(policy.optimizer()).isEqualTo("fedyogi");
        assertThat(policy.minCohort()).isEqualTo(3);
        assertThat(policy.maxCohort()).isEqualTo(4);
        assertThat(policy.bufferSize()).isEqualTo(3);
    }

    private static final String PRIVATE = """
            weightRule=uniform
            stalenessExponent=0
            minWeight=1
            privacy.l2Clip=0.5
            privacy.noiseMultiplier=1.25
            privacy.colluders=1
            privacy.epsilon=8
            """;

    @Test
    void privacyIsGivenWholeOrNotAtAll() throws IOException {
        assertThat(sign(PolicyFile.defaults(4)).privacy()).isEmpty();
        PolicyFile partly = PolicyFile.defaults(4).read(file(PRIVATE));
        assertThatThrownBy(() -> partly.toPolicy(CONTEXT, 1))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("privacy.delta is missing");
        Policy whole = PolicyFile.defaults(4)
                .read(file(PRIVATE + "privacy.delta=1e-6\nmaxVoids=3\nauditor=regulator\n"))
                .toPolicy(CONTEXT, 1);
        assertThat(whole.privacy()).contains(new Privacy(0.5, 1.25, 1, 8, 1e-6));
        assertThat(whole.maxVoids()).isEqualTo(3);
        assertThat(whole.auditor()).isEqualTo("regulator");
    }

    @ParameterizedTest
    @CsvSource({
        "privacy.l2Clip=0,privacy.l2Clip",
        "privacy.noiseMultiplier=NaN,privacy.noiseMultiplier",
        "privacy.colluders=0,privacy.colluders",
        "privacy.colluders=3,privacy.colluders",
        "privacy.epsilon=Infinity,privacy.epsilon",
        "privacy.delta=1,privacy.delta",
        "weightRule=examples,weightRule",
        "stalenessExponent=0.5,stalenessExponent",
        "minWeight=0.5,minWeight",
        "maxVoids=65,maxVoids",
        "maxVoids=-1,maxVoids"
    })
    void noPrivacyWithoutWhatItRestsOn(String line, String named) throws IOException {
        PolicyFile policy = PolicyFile.defaults(4)
                .read(file(PRIVATE + "privacy.delta=1e-6\n"))
                .read(file(line));
        assertThatThrownBy(() -> policy.toPolicy(CONTEXT, 1))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("policy: " + named);
    }

    @ParameterizedTest
    @CsvSource({"clip=-1,clip", "minCohort=x,minCohort", "minCohort=2.5,minCohort", "optimizer=sgd,optimizer"})
    void refusesAValueByItsName(String line, String named) throws IOException {
        PolicyFile policy = PolicyFile.defaults(4).read(file(line));
        assertThatThrownBy(() -> sign(policy))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining(named)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"clipp=1,clipp", "sequence=7,sequence", "context=x,context"})
    void refusesAKeyThatNoFileMayHave(String line, String named) throws IOException {
        Path file = file(line);
        assertThatThrownBy(() -> PolicyFile.defaults(4).read(file))
                .isInstanceOf(AdminException.class)
                .hasMessageStartingWith(file + ": unknown policy key " + named);
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Path missing = directory.resolve("nope");
        assertThatThrownBy(() -> PolicyFile.defaults(4).read(missing)).hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> PolicyFile.defaults(4).read(directory))
                .isInstanceOf(AdminException.class)
                .hasMessageStartingWith(directory + ": cannot be read");
    }

    @Test
    void refusesTooFewOrganisations() {
        assertThatThrownBy(() -> PolicyFile.defaults(2)).hasMessageContaining("at least 3 organisations");
    }
}
