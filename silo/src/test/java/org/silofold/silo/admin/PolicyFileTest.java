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
import org.silofold.protocol.registry.Policy;

/** A policy file overrides defaults; what no policy may have is refused by name. */
final class PolicyFileTest {
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
