package io.countersign;

import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What gives another answer on replay is banned from workflow code, and its substitute is named.
 */
class DeterminismTests {
  private static final String ROOT = "io.countersign";
  private static final String SAMPLES = "io.countersign.archsample";

  /**
   * One ban.
   *
   * @param banned matches {@code <class>.<member>} of a call or a field access
   * @param substitute what to write instead
   * @param samples how many calls of the bad sample it must find
   */
  private record Ban(String banned, String substitute, int samples) {}

  private static final List<Ban> BANS =
      List.of(
          new Ban(
              "java\\.time\\.\\w+\\.now|java\\.time\\.Clock\\..*|java\\.util\\.Date\\.<init>"
                  + "|java\\.lang\\.System\\.(currentTimeMillis|nanoTime)",
              "Workflow.currentTimeMillis() in gate, an instant as parameter elsewhere",
              4),
          new Ban(
              "java\\.util\\.Random\\..*|java\\.lang\\.Math\\.random|java\\.security\\.SecureRandom\\..*"
                  + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\..*",
              "Workflow.newRandom()",
              4),
          new Ban("java\\.util\\.UUID\\.randomUUID", "Workflow.randomUUID()", 1),
          new Ban(
              "java\\.lang\\.System\\.(getenv|getProperty|getProperties|lineSeparator)"
                  + "|java\\.util\\.(Locale|TimeZone)\\.getDefault|java\\.time\\.ZoneId\\.systemDefault",
              "a value in the workflow's input or an activity's result",
              3),
          new Ban(
              "java\\.lang\\.Thread\\..*|java\\.util\\.Timer\\..*|java\\.util\\.concurrent\\."
                  + "(?!TimeUnit|ThreadLocalRandom|Callable).*|java\\.util\\.\\w+\\.parallelStream"
                  + "|java\\.lang\\.Object\\.(wait|notify|notifyAll)",
              "Async, Promise, Workflow.await, Workflow.sleep and Workflow.newTimer",
              5),
          new Ban(
              "java\\.util\\.(HashMap|HashSet|Hashtable|IdentityHashMap|WeakHashMap)\\.<init>"
                  + "|java\\.util\\.(Map|Set)\\.(of|ofEntries|copyOf)"
                  + "|java\\.util\\.stream\\.Collectors\\.(toSet|toUnmodifiableSet|toUnmodifiableMap)",
              "LinkedHashMap, LinkedHashSet, TreeMap or an enum map, whose order is the same on replay",
              5),
          new Ban(
              "org\\.slf4j\\.LoggerFactory\\..*|java\\.util\\.logging\\..*"
                  + "|java\\.lang\\.System\\.(out|err|getLogger)",
              "Workflow.getLogger, which is silent on replay",
              3),
          new Ban(
              "java\\.lang\\.(System|Object)\\.(identityHashCode)|java\\.lang\\.Runtime\\..*"
                  + "|java\\.nio\\.file\\..*|java\\.net\\.(?!URI).*",
              "an activity",
              3));

  @TestFactory
  Stream<DynamicTest> workflowCodeIsDeterministic() {
    JavaClasses module =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    List<DynamicTest> tests = new ArrayList<>();
    for (Ban ban : BANS) {
      tests.add(dynamicTest(ban.substitute(), () -> rule(ROOT, ban).check(module)));
    }
    tests.add(dynamicTest("no synchronized", () -> noSynchronized(ROOT).check(module)));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> everyBanFindsItsBadSample() {
    JavaClasses samples = new ClassFileImporter().importPackages(SAMPLES);
    List<DynamicTest> tests = new ArrayList<>();
    for (Ban ban : BANS) {
      tests.add(
          dynamicTest(
              ban.substitute(),
              () ->
                  assertThatThrownBy(() -> rule(SAMPLES, ban).check(samples))
                      .isInstanceOf(AssertionError.class)
                      .hasMessageContaining("(" + ban.samples() + " times)")
                      .hasMessageContaining("use " + ban.substitute())));
    }
    tests.add(
        dynamicTest(
            "synchronized",
            () ->
                assertThatThrownBy(() -> noSynchronized(SAMPLES).check(samples))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("(1 times)")));
    return tests.stream();
  }

  private static ArchRule rule(String root, Ban ban) {
    Pattern banned = Pattern.compile(ban.banned());
    return noClasses()
        .that()
        .resideInAnyPackage(root + ".gate..", root + ".decision..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "its result may differ on replay",
                (JavaAccess<?> access) -> banned.matcher(name(access)).matches()))
        .because("a replay must take the same way; use " + ban.substitute())
        .allowEmptyShould(true);
  }

  private static ArchRule noSynchronized(String root) {
    return noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(root + ".gate..", root + ".decision..")
        .should()
        .haveModifier(SYNCHRONIZED)
        .because("Temporal runs one thread at a time; use plain fields")
        .allowEmptyShould(true);
  }

  private static String name(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getTarget().getName();
  }
}
