package io.countersign.activities.check.risk;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.check.Severity;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Manifest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code risk.acceptable-use}: owner, intended use and impact are stated, the use is none of the
 * prohibited practices, and each class of data may be used at this exposure.
 *
 * <p>Prohibited practices are found by their words (compatibility forms, accents, case,
 * punctuation, characters that nobody sees, a plural s, and between several words the spaces do not
 * matter). That finds what people write down, not what they paraphrase: the sign-off of the risk
 * function is what judges.
 *
 * <p>A tier may say what its releases may be at all:
 *
 * <pre>
 * with:
 *   exposures: [internal]
 *   autonomy: [assistive]
 *   dataClasses: [public, business]
 * </pre>
 */
public final class AcceptableUse implements Check {
  private static final Set<String> PLACEHOLDERS =
      Set.of("todo", "tbd", "tba", "none", "n a", "na", "x", "test", "fixme", "unknown");

  @Override
  public String name() {
    return "risk.acceptable-use";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "exposures", "autonomy", "dataClasses");
    CheckFindings found = new CheckFindings();
    Manifest manifest = context.manifest();
    stated("metadata.owner", manifest.metadata().owner(), found);
    stated("profile.intendedUse", manifest.profile().intendedUse(), found);
    stated("profile.impact", manifest.profile().impact(), found);
    GatePolicy.AcceptableUse rules = context.policy().acceptableUse();
    practices(manifest.profile(), rules, found);
    classes(manifest, rules, found);
    Manifest.Profile profile = manifest.profile();
    within("exposure", List.of(profile.exposure()), settings.words("exposures"), found);
    within("autonomy", List.of(profile.autonomy()), settings.words("autonomy"), found);
    within("dataClasses", profile.dataClasses(), settings.words("dataClasses"), found);
    found.measure("practices", Integer.toString(rules.prohibited().size()));
    return found;
  }

  private static void stated(String field, String text, CheckFindings found) {
    String words = words(text);
    if (words.isBlank() || PLACEHOLDERS.contains(words.strip())) {
      found.fail("not-stated", Severity.HIGH, field + " says nothing", field);
    }
    if (mixesScripts(text)) {
      found.fail(
          "mixed-scripts",
          Severity.HIGH,
          field + " has a word of letters that look alike from two scripts",
          field);
    }
  }

  /** What the tier allows at all; a tier that does not say takes every word. */
  private static void within(
      String field, List<String> words, @Nullable List<String> allowed, CheckFindings found) {
    for (String word : words) {
      if (allowed != null && !allowed.contains(word)) {
        found.fail(
            "outside-tier",
            Severity.HIGH,
            field + " " + word + ": this tier allows " + allowed,
            "profile." + field);
      }
    }
  }

  private static void practices(
      Manifest.Profile profile, GatePolicy.AcceptableUse rules, CheckFindings found) {
    practices("profile.intendedUse", profile.intendedUse(), rules, found);
    practices("profile.impact", profile.impact(), rules, found);
  }

  private static void practices(
      String field, String text, GatePolicy.AcceptableUse rules, CheckFindings found) {
    String words = words(text);
    for (String practice : rules.prohibited()) {
      String term = words(practice);
      if (!term.isBlank() && (words.contains(term) || runTogether(words, term))) {
        found.fail(
            "prohibited-practice",
            Severity.CRITICAL,
            field + " names a prohibited practice: " + practice,
            field);
      }
    }
  }

  /** A practice of several words is found however the letters are parted. */
  private static boolean runTogether(String words, String term) {
    return term.strip().contains(" ") && words.replace(" ", "").contains(term.replace(" ", ""));
  }

  private static void classes(
      Manifest manifest, GatePolicy.AcceptableUse rules, CheckFindings found) {
    Set<String> declared = new TreeSet<>(manifest.profile().dataClasses());
    Set<String> all = new TreeSet<>(declared);
    List<Manifest.Dependency> dependencies = manifest.dependencies();
    for (Manifest.Dependency dependency :
        dependencies == null ? List.<Manifest.Dependency>of() : dependencies) {
      for (String data : Objects.requireNonNullElse(dependency.dataClasses(), List.<String>of())) {
        if (!declared.contains(data)) {
          found.fail(
              "undeclared-data",
              Severity.HIGH,
              "a dependency gets data of class " + data + ", which the profile does not declare",
              "dependencies." + dependency.name());
        }
        all.add(data);
      }
    }
    String exposure = manifest.profile().exposure();
    for (String data : all) {
      List<String> exposures = rules.dataClasses().get(data);
      if (exposures == null || !exposures.contains(exposure)) {
        found.fail(
            "data-not-allowed",
            Severity.HIGH,
            "data of class " + data + " may not be used at exposure " + exposure,
            "profile.dataClasses");
      }
    }
  }

  /** Lower-case words without punctuation and plural s, a blank before and after each. */
  private static String words(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}]+", " ");
    return Arrays.stream(plain.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(
            word ->
                word.length() > 3 && word.endsWith("s")
                    ? word.substring(0, word.length() - 1)
                    : word)
        .collect(Collectors.joining(" ", " ", " "));
  }

  private static boolean mixesScripts(String text) {
    return Arrays.stream(text.split("[^\\p{L}]+", -1))
        .anyMatch(
            word -> {
              Set<Character.UnicodeScript> scripts =
                  word.codePoints()
                      .mapToObj(Character.UnicodeScript::of)
                      .collect(Collectors.toSet());
              return scripts.contains(Character.UnicodeScript.LATIN)
                  && (scripts.contains(Character.UnicodeScript.CYRILLIC)
                      || scripts.contains(Character.UnicodeScript.GREEK));
            });
  }
}
