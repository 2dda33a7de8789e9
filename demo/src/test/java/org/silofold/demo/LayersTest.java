package org.silofold.demo;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies run one way, as docs and modules say; this test sees the classes of all modules. */
@AnalyzeClasses(packages = "org.silofold", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String[] MODULES = {"protocol", "schemas", "kafka", "silo", "job", "demo"};
    private static final String PROTOCOL = "org.silofold.protocol..";
    private static final String SCHEMAS = "org.silofold.schemas..";
    private static final String KAFKA_SETUP = "org.silofold.kafka..";
    private static final String SILO = "org.silofold.silo..";
    private static final String JOB = "org.silofold.job..";
    private static final String DEMO = "org.silofold.demo..";

    @ArchTest
    static void everyModuleIsSeen(JavaClasses seen) {
        for (String module : MODULES) {
            assertThat(seen.stream().filter(type -> type.getPackageName().startsWith("org.silofold." + module)))
                    .as(module)
                    .hasSizeGreaterThan(5);
        }
        assertThat(seen.stream().map(JavaClass::getPackageName))
                .allMatch(name -> name.matches("org\\.silofold\\.(" + String.join("|", MODULES) + ")(\\..*)?"));
    }

    @ArchTest
    static final ArchRule PROTOCOL_KNOWS_NO_PLATFORM = classes()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "javax.security.auth..",
                    "org.bouncycastle..",
                    "org.silofold.protocol.."));

    @ArchTest
    static final ArchRule SCHEMAS_KNOW_PROTOCOL_AND_AVRO = classes()
            .that()
            .resideInAPackage(SCHEMAS)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.apache.avro..", PROTOCOL, SCHEMAS));

    /** Parties compare figures of privacy: {@link Math} may differ in the last bits from one machine to another. */
    @ArchTest
    static final ArchRule PRIVACY_IS_THE_SAME_ON_EVERY_MACHINE = noClasses()
            .that()
            .resideInAPackage("org.silofold.protocol.privacy..")
            .should()
            .callMethod(Math.class, "exp", double.class)
            .orShould()
            .callMethod(Math.class, "expm1", double.class)
            .orShould()
            .callMethod(Math.class, "log", double.class)
            .orShould()
            .callMethod(Math.class, "log1p", double.class)
            .orShould()
            .callMethod(Math.class, "pow", double.class, double.class);

    @ArchTest
    static final ArchRule KAFKA_SETUP_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage(KAFKA_SETUP)
            .should()
            .dependOnClassesThat(resideInAPackage("org.silofold..").and(not(resideInAnyPackage(KAFKA_SETUP, SCHEMAS))));

    @ArchTest
    static final ArchRule SILO_KNOWS_NEITHER_JOB_NOR_FLINK = noClasses()
            .that()
            .resideInAPackage(SILO)
            .should()
            .dependOnClassesThat(resideInAnyPackage(JOB, KAFKA_SETUP, DEMO, "org.apache.flink.."));

    @ArchTest
    static final ArchRule JOB_DOES_NOT_KNOW_SILOS = noClasses()
            .that()
            .resideInAPackage(JOB)
            .should()
            .dependOnClassesThat(resideInAnyPackage(SILO, KAFKA_SETUP, DEMO));

    /** The rules of cohorts are decided without Flink, so that a simulation can run them by the thousand. */
    @ArchTest
    static final ArchRule THE_COORDINATORS_CORE_KNOWS_NO_FLINK = noClasses()
            .that()
            .resideInAPackage("org.silofold.job.coordinate..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.apache.flink..", "org.apache.kafka.."));

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_DEMO =
            noClasses().that().resideOutsideOfPackage(DEMO).should().dependOnClassesThat(resideInAPackage(DEMO));

    @ArchTest
    static final ArchRule PROTOCOL_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.silofold.protocol.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule MODULES_HAVE_NO_CYCLES =
            slices().matching("org.silofold.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_DEMO_EMBEDS_A_BROKER = noClasses()
            .that()
            .resideOutsideOfPackage("org.silofold.demo.local..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server.."));
}
