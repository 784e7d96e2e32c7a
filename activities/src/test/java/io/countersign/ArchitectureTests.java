package io.countersign;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The walls of this module: rooms ({@code io.countersign.activities.check}, {@code grant}, {@code
 * signoff}, {@code record}) use ports, adapters implement them, and only a worker puts the two
 * together. The values with the same room names are packages {@code io.countersign.<room>} of the
 * workflows module, so that no package is spread over two modules.
 */
class ArchitectureTests {
  private static final String ROOT = "io.countersign.activities";
  private static final String SAMPLES = "io.countersign.archsample";

  @TestFactory
  Stream<DynamicTest> everyWallStands() {
    JavaClasses module =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    return walls(ROOT).stream()
        .map(
            wall ->
                dynamicTest(
                    wall.getDescription(), () -> wall.allowEmptyShould(true).check(module)));
  }

  @TestFactory
  Stream<DynamicTest> everyWallRefusesItsBadSample() {
    JavaClasses samples = new ClassFileImporter().importPackages(SAMPLES);
    return walls(SAMPLES).stream()
        .map(
            wall ->
                dynamicTest(
                    wall.getDescription(),
                    () ->
                        assertThatThrownBy(() -> wall.check(samples))
                            .isInstanceOf(AssertionError.class)
                            .hasMessageContaining("was violated")));
  }

  private static List<ArchRule> walls(String root) {
    return List.of(
        noClasses()
            .that()
            .resideInAnyPackage(
                rooms(
                    root,
                    "check",
                    "grant",
                    "signoff",
                    "record",
                    "evidence",
                    "audit",
                    "report",
                    "sweep",
                    "tier",
                    "live",
                    "reach",
                    "runtime",
                    "port"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(rooms(root, "adapter"))
            .because("a room asks for what it needs through an interface of port"),
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".adapter.vault..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.jopenlibs..")
            .because("only adapter.vault knows the Vault driver; use port.CredentialBroker"),
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".tier..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.cel..")
            .because("only the room tier knows CEL; ask tier.Tiers"),
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".adapter.cedar..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.cedarpolicy..")
            .because("only adapter.cedar knows Cedar; use port.RuntimePolicies"),
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".adapter.timestamp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..")
            .because("only adapter.timestamp knows Bouncy Castle; use port.TimeStampAuthority"),
        noClasses()
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.temporal.client..")
                    .and(not(nameMatching("io\\.temporal\\.client\\.Activity\\w+Exception"))))
            .because("activities answer, they do not start or signal; worker.gateway does"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.springframework..", "io.countersign.worker..", root + ".worker..")
            .because("the worker module wires activities together, they do not know it"),
        classes().should(resideInANullMarkedPackage()));
  }

  private static String[] rooms(String root, String... names) {
    return Stream.of(names).map(name -> root + "." + name + "..").toArray(String[]::new);
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package whose package-info.java is @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          String message = item.getName() + ": add package-info.java with @NullMarked";
          events.add(SimpleConditionEvent.violated(item, message));
        }
      }
    };
  }
}
