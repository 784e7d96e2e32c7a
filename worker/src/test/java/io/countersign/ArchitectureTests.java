package io.countersign;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
 * The walls of this module. Its rooms are {@code io.countersign.worker.<room>}: config, gateway,
 * cli, engine, demo; no package is shared with the other modules.
 */
class ArchitectureTests {
  private static final String ROOT = "io.countersign.worker";
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
            .resideOutsideOfPackage(root + ".gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.temporal.client..")
            .because("only gateway talks to Temporal as a client; ask it"),
        noClasses()
            .that()
            .resideInAPackage(root + ".cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..")
            .because("a command that does not serve starts without Spring; config starts it"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.jopenlibs..")
            .because("only activities.adapter.vault knows the Vault driver"),
        slices()
            .matching(root + ".(*)..")
            .should()
            .beFreeOfCycles()
            .because("arrows between rooms go one way"),
        classes().should(resideInANullMarkedPackage()));
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
