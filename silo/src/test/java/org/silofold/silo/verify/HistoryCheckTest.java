package org.silofold.silo.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silofold.silo.verify.Finding.Kind.NOT_VERIFIED;
import static org.silofold.silo.verify.Finding.Kind.OLD_DOCUMENT;
import static org.silofold.silo.verify.Finding.Kind.RECORDS_GONE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.silofold.protocol.reason.Reason;
import org.silofold.schemas.registry.RegistryDocuments.Document;
import org.silofold.silo.agent.AuditedFederation;

/** A log of real records is right; whatever of it is changed, the check ends and says so. */
class HistoryCheckTest extends TamperedLog {
    @Test
    void everyKindHasItsOwnCodeWhichTheDocumentationNames() throws IOException {
        assertThat(Arrays.stream(Finding.Kind.values()).map(Finding.Kind::code)).doesNotHaveDuplicates();
        String page = Files.readString(Path.of("../docs/operations.md"));
        assertThat(Arrays.stream(Finding.Kind.values())
                        .filter(kind -> kind != RECORDS_GONE)
                        .map(kind -> "`" + kind.code() + "`"))
                .allMatch(page::contains);
    }

    @Test
    void anHonestLogIsRight() throws IOException {
        Report report = settled();
        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isEqualTo(Report.RIGHT);
        ModelSummary model = report.models().get(0);
        assertThat(model.versions()).isEqualTo(4);
        assertThat(model.updates().offered()).isEqualTo(8);
        assertThat(model.updates().inVersions()).isEqualTo(7);
        assertThat(model.updates().ended())
                .containsOnlyKeys(Reason.EXPIRED.code())
                .containsValue(1L);
        assertThat(ReportText.lines(report)).anyMatch(line -> line.startsWith("left out: "));
    }

    @Test
    void withAKeyEveryVersionIsMadeAgainByEitherRecipient() throws IOException {
        for (String party : List.of(AuditedFederation.AGGREGATOR, AuditedFederation.AUDITOR)) {
            Report report = log.check(
                    directory,
                    HistoryCheck.Mode.SETTLED,
                    Gaps.NONE,
                    Optional.of(federation.party(directory.resolve("settled-" + party), party)));
            assertThat(report.findings()).isEmpty();
            assertThat(report.models().get(0).recomputed()).isEqualTo(4);
            assertThat(report.openedBy()).contains(party);
            assertThat(ReportText.lines(report)).noneMatch(line -> line.startsWith("left out"));
        }
    }

    @Test
    void aTopicThatCannotBeReadIsSaid() throws IOException {
        Gaps gaps = new Gaps(new TreeSet<>(), new TreeSet<>(List.of(TOPICS.rejections())));
        Report report = log.check(directory, HistoryCheck.Mode.SETTLED, gaps, Optional.empty());
        assertThat(report.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(report.findings()).singleElement().matches(finding -> finding.what()
                .contains(TOPICS.rejections()));
    }

    @Test
    void theRegistryMustBeTheAuthoritysAndNeverGoBack() throws IOException {
        Document newer = federation.policy(9, 0.5);
        Document older = federation.policy(8, 0.5);
        log.add(TOPICS.registry(), newer.keyBytes(), newer.record(), 1);
        log.add(TOPICS.registry(), older.keyBytes(), older.record(), 1);
        finds(settled(), OLD_DOCUMENT);
        log = honest.copy();
        log.add(TOPICS.registry(), "roster".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3}, 1);
        finds(settled(), NOT_VERIFIED);
    }

    @Test
    void aRecordIsJudgedByTheEnrolmentOfItsTimeAndWithoutItAccusesNobody() throws IOException {
        long later = System.currentTimeMillis() + 60_000;
        for (String party : List.of(FIRST, SECOND, AuditedFederation.AGGREGATOR)) {
            Document anew = federation.enrolledAnew(party, later);
            log.add(TOPICS.registry(), anew.keyBytes(), anew.record(), later);
        }
        assertThat(settled().findings()).isEmpty();
        // Compaction takes the first enrolments away.
        for (String party : List.of(FIRST, SECOND, AuditedFederation.AGGREGATOR)) {
            log.remove(
                    1,
                    said -> said.timestampMillis() != later
                            && said.key() != null
                            && new String(said.key(), StandardCharsets.UTF_8).equals("enrolment/" + party));
        }
        Report report = settled();
        assertThat(report.exitCode()).isEqualTo(Report.NOT_CHECKED);
        assertThat(report.findings()).extracting(Finding::kind).containsOnly(RECORDS_GONE);
    }

    @Test
    void anotherAuthorityKnowsNothingOfTheLog() throws IOException {
        History foreign = new History("banks", federation.authorityKey());
        log.records().forEach(said -> foreign.add(said.topic(), said.key(), said.value(), said.timestampMillis()));
        Report report = foreign.check(directory, HistoryCheck.Mode.RUNNING);
        assertThat(report.findings()).extracting(Finding::kind).containsOnly(NOT_VERIFIED, RECORDS_GONE);
        assertThat(report.findings().size()).isLessThan(20);
        assertThat(report.models()).isEmpty();
    }

    /** Whatever record is changed in a bit: the check ends, and one of the aggregator's is named by its place. */
    @Test
    void aBitOfAnyRecordFlippedIsNoCrashAndIsFoundWhereTheAggregatorSigned() throws IOException {
        Random random = new Random(seed);
        List<History.Said> all = new ArrayList<>(honest.records());
        Collections.shuffle(all, random);
        Set<String> signed = Set.of(
                TOPICS.modelManifests(), TOPICS.unmaskRequests(), TOPICS.models(), TOPICS.fates(), TOPICS.registry());
        for (History.Said said : all.subList(0, 20)) {
            log = honest.copy();
            byte[] changed = said.value().clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            Origin at = log.at(said);
            log.replace(said, changed);
            Report report = settled();
            boolean bundle =
                    said.key() != null && new String(said.key(), StandardCharsets.UTF_8).startsWith("key-bundle/");
            if (signed.contains(said.topic()) && !bundle) {
                assertThat(report.findings())
                        .as("seed " + seed + ", " + at)
                        .anyMatch(finding ->
                                finding.kind() == NOT_VERIFIED && finding.at().equals(Optional.of(at)));
            } else if (!bundle) {
                assertThat(report.unverified().size() + report.findings().size() + (isRedundant(said) ? 1 : 0))
                        .as("seed " + seed + ", " + at)
                        .isPositive();
            }
        }
    }

    /** One vote or answer of three is not needed, and the initial model is read with a key alone. */
    private static boolean isRedundant(History.Said said) {
        return said.topic().startsWith("votes.")
                || said.topic().startsWith("responses.")
                || said.topic().equals(TOPICS.initialModels());
    }
}
