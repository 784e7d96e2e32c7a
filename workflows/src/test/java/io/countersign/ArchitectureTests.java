package io.countersign;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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
 * The walls between the rooms of this module. {@code io.countersign.<room>} holds values and pure
 * functions; the work on them lives in {@code io.countersign.activities.<room>}, what serves people
 * in {@code io.countersign.worker.<room>}, so that no package is spread over two modules.
 */
class ArchitectureTests {
  private static final String ROOT = "io.countersign";
  private static final String SAMPLES = "io.countersign.archsample";
  private static final String[] DOMAIN = {
    "release", "policy", "check", "signoff", "decision", "grant", "record"
  };

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
            .resideInAnyPackage(rooms(root, DOMAIN))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.temporal..", "org.springframework..")
            .because("domain rooms are pure; what needs Temporal goes into gate or activity"),
        noClasses()
            .that()
            .resideInAnyPackage(rooms(root, DOMAIN))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "java.net..", "java.sql..", "java.nio.file..", "java.nio.channels..")
                    .and(not(nameMatching("java\\.net\\.URI(SyntaxException)?")))
                    .or(nameMatching("java\\.io\\.(File\\w*|RandomAccessFile|Console)")))
            .because("files, sockets and databases are reached by an activity behind a port"),
        noClasses()
            .that()
            .resideOutsideOfPackages(rooms(root, "gate", "activity", "failure"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.temporal..")
            .because("only gate, activity and failure know Temporal"),
        noClasses()
            .that()
            .resideInAnyPackage(rooms(root, DOMAIN))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(rooms(root, "gate", "activity"))
            .because("the gate uses the rooms; a room is handed a value instead"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(rooms(root, "activities", "worker"))
            .because("arrows go from worker to activities to workflows, never back"),
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
