package org.silofold.demo.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeartDiseaseTest {
    private final HeartDisease data = HeartDisease.load();

    @Test
    void everyCentreHasThePublishedNumberOfRecords() {
        assertThat(counts(Hospital.CLEVELAND)).containsExactly(199, 104);
        assertThat(counts(Hospital.HUNGARIAN)).containsExactly(172, 89);
        assertThat(counts(Hospital.SWITZERLAND)).containsExactly(30, 16);
        assertThat(counts(Hospital.VA)).containsExactly(85, 45);
        assertThat(data.pooledTrain().size()).isEqualTo(486);
    }

    @Test
    void trainFeaturesAreStandardisedByTheirOwnCentre() {
        for (Hospital hospital : Hospital.values()) {
            Examples train = data.of(hospital).train();
            for (int j = 0; j < HeartDisease.FEATURES; j++) {
                double mean = 0;
                double squares = 0;
                for (int i = 0; i < train.size(); i++) {
                    mean += train.feature(i, j) / train.size();
                    squares += (double) train.feature(i, j) * train.feature(i, j);
                }
                assertThat(mean).isCloseTo(0, within(1e-6));
                boolean constant = hospital == Hospital.SWITZERLAND && j == 3; // cholesterol, always recorded as 0
                assertThat(squares / (train.size() - 1)).isCloseTo(constant ? 0 : 1, within(1e-5));
            }
        }
    }

    /** Computed by hand from the files: means and sample deviations of the train lines, then line 1 (a train record). */
    @Test
    void firstClevelandRecordHasTheseValues() {
        assertRow(
                data.of(Hospital.CLEVELAND).train(),
                0,
                0.9649731933966467,
                0.6789016707663321,
                0.7020756592313635,
                -0.3198803969631024,
                2.415079984705412,
                -0.0318689319957749,
                -0.6710295076080451,
                1.1316296907729992,
                -0.395206169392401,
                -0.6397502987706039,
                -0.9727289428285641,
                -0.10050506335563596,
                0.9924843200918294);
        assertThat(data.of(Hospital.CLEVELAND).train().label(0)).isZero();
    }

    @Test
    void firstTestRecordsUseTrainStatistics() {
        assertRow(
                data.of(Hospital.CLEVELAND).test(),
                0,
                0.19947908268962566,
                0.6789016707663321,
                -0.7023579574457716,
                -0.2582179504061207,
                -0.4119842326850408,
                1.2365145614360633,
                -0.6710295076080451,
                -0.22714529995805563,
                2.5176096716849248,
                -0.6397502987706039,
                -0.9727289428285641,
                -0.10050506335563596,
                -1.0025094142341708);
        assertRow(
                data.of(Hospital.SWITZERLAND).test(),
                0,
                -1.1715069775364306,
                0.32773069341672495,
                -1.0224330679573845,
                0.0,
                -0.32773069341672506,
                -0.05384895060168454,
                0.8597765327540114,
                1.3455570484841128,
                -0.18257418583505539,
                -0.32773069341672506,
                0.38563966175427117,
                -0.5424047368439223,
                -0.18257418583505539);
        assertThat(data.of(Hospital.SWITZERLAND).test().label(0)).isOne();
    }

    @Test
    void alteredFileIsRefused() {
        byte[] altered = "63.0,1.0,1.0".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> HeartDisease.verify(altered, Hospital.CLEVELAND.md5(), "processed.cleveland.data"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("processed.cleveland.data was altered");
    }

    @Test
    void missingOrExtraValuesAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> Preprocessing.features("28,1,2,130,?,0,2,185,0,0,?,?,?,0", "x, line 3"))
                .hasMessageContaining("x, line 3, column 5");
        assertThatThrownBy(() -> Preprocessing.features("28,1,2", "x, line 4")).hasMessageContaining("has 3 columns");
        assertThat(Preprocessing.label("28,1,2,130,1,0,2,185,0,0,?,?,?,4", "x")).isOne();
    }

    @Test
    void hospitalsAreFoundByTheirId() {
        assertThat(Hospital.values())
                .extracting(Hospital::id)
                .containsExactly("cleveland", "hungarian", "switzerland", "va");
        assertThat(Hospital.of("va")).isSameAs(Hospital.VA);
        assertThatThrownBy(() -> Hospital.of("rome")).hasMessageContaining("rome");
    }

    private int[] counts(Hospital hospital) {
        HospitalData held = data.of(hospital);
        return new int[] {held.train().size(), held.test().size()};
    }

    private static void assertRow(Examples examples, int row, double... expected) {
        assertThat(expected).hasSize(HeartDisease.FEATURES);
        for (int j = 0; j < expected.length; j++) {
            assertThat((double) examples.feature(row, j)).as("feature %d", j).isCloseTo(expected[j], within(1e-6));
        }
    }
}
