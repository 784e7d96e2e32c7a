package io.countersign.activities.scope;

import io.countersign.activities.check.CheckFindings;
import io.countersign.release.AccessDiff;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.Manifest.Dependency;
import io.countersign.release.Manifest.Profile;
import io.countersign.release.Manifest.Subject;
import io.countersign.release.Manifest.Tool;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How a release differs from its predecessor, in sentences for the people who sign it: first what
 * it may do more, then what it may do less, then what is other. At most {@value #SENTENCES}
 * sentences of {@value #LENGTH} characters; how many more there are is said.
 */
public final class DifferenceWords {
  static final int SENTENCES = 24;
  static final int LENGTH = 240;

  private final List<String> more = new ArrayList<>();
  private final List<String> less = new ArrayList<>();
  private final List<String> other = new ArrayList<>();

  private DifferenceWords() {}

  /**
   * @param old null for a first release, of which everything is told
   * @param oldPolicies bodies of the Vault policies by name, as frozen with the predecessor
   * @param changes as they were found when the release was frozen
   */
  public static List<String> between(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies,
      List<Change> changes) {
    DifferenceWords words = new DifferenceWords();
    if (old == null) {
      words.other.add("First release of this system here: there is nothing to compare with.");
    }
    words.access(old, oldPolicies, now, policies);
    if (changes.contains(Change.POLICY_WIDENED)) {
      words.more.add("Its runtime policy may permit more: security.runtime-policy says what.");
    }
    if (old != null) {
      words.identity(old, now);
      words.subjects(old, now);
      words.profile(old.profile(), now.profile());
      words.dependencies(old, now);
    }
    return words.bounded();
  }

  private void access(
      @Nullable Manifest old,
      SortedMap<String, String> oldPolicies,
      Manifest now,
      SortedMap<String, String> policies) {
    try {
      ScopeView before = VaultPolicies.scope(oldPolicies);
      ScopeView after = VaultPolicies.scope(policies);
      if (old == null) {
        say(more, AccessDiff.paths("may ", before, after));
        tools(now).forEach(tool -> more.add(callable(tool)));
      } else {
        say(more, AccessDiff.gained(old, now, before, after));
        say(less, AccessDiff.lost(old, now, before, after));
      }
    } catch (IllegalArgumentException notUnderstood) {
      more.add("The Vault policies cannot be compared: count everything in them as new.");
      ScopeView none = ScopeView.empty();
      if (old != null) {
        say(more, AccessDiff.gained(old, now, none, none));
        say(less, AccessDiff.lost(old, now, none, none));
      }
    }
  }

  private static String callable(Tool tool) {
    return "May call " + tool.name() + " (" + String.join(", ", tool.permissions()) + ").";
  }

  private static void say(List<String> sentences, AccessDiff difference) {
    say(sentences, difference.paths());
    say(sentences, difference.tools());
    say(sentences, difference.spans());
  }

  private static void say(List<String> sentences, List<String> lines) {
    lines.forEach(
        line -> sentences.add(Character.toUpperCase(line.charAt(0)) + line.substring(1) + "."));
  }

  private void identity(Manifest old, Manifest now) {
    if (!old.workload().identity().equals(now.workload().identity())
        || !old.workload().issuer().equals(now.workload().issuer())) {
      more.add(
          "Another workload gets the access: %s of %s, was %s of %s."
              .formatted(
                  now.workload().identity(),
                  now.workload().issuer(),
                  old.workload().identity(),
                  old.workload().issuer()));
    }
    if (!old.workload().image().equals(now.workload().image())) {
      other.add("The workload runs another image.");
    }
  }

  private void subjects(Manifest old, Manifest now) {
    List<String> changed = new ArrayList<>();
    List<String> same = new ArrayList<>();
    for (Manifest.Named named : now.subjects().named()) {
      Subject before =
          old.subjects().named().stream()
              .filter(one -> one.name().equals(named.name()))
              .findFirst()
              .orElseThrow()
              .subject();
      boolean equal = before.digest() != null && before.digest().equals(named.subject().digest());
      (equal ? same : changed).add(named.name());
    }
    if (changed.isEmpty()) {
      other.add("Model, dataset, prompts and policy are the same, byte for byte.");
    } else {
      other.add(
          "Other bytes: "
              + String.join(", ", changed)
              + (same.isEmpty() ? "." : "; the same: " + String.join(", ", same) + "."));
    }
  }

  private void profile(Profile old, Profile now) {
    word("Exposure", old.exposure(), now.exposure());
    word("Autonomy", old.autonomy(), now.autonomy());
    word(
        "Data classes", String.join(", ", old.dataClasses()), String.join(", ", now.dataClasses()));
    if (!old.intendedUse().equals(now.intendedUse())) {
      other.add("The intended use is described otherwise.");
    }
    if (!old.impact().equals(now.impact())) {
      other.add("The impact is described otherwise.");
    }
  }

  private void word(String what, String old, String now) {
    if (!old.equals(now)) {
      other.add(what + ": " + now + ", was " + old + ".");
    }
  }

  private void dependencies(Manifest old, Manifest now) {
    for (Dependency one : listed(now)) {
      Dependency before = named(listed(old), one);
      List<String> data = Objects.requireNonNullElse(one.dataClasses(), List.of());
      String leaves = data.isEmpty() ? "" : "; it gets " + String.join(", ", data);
      if (before == null) {
        more.add("Depends now also on " + one.name() + " (" + one.kind() + leaves + ").");
      } else if (!before.equals(one)) {
        other.add("The dependency " + one.name() + " is described otherwise" + leaves + ".");
      }
    }
    for (Dependency one : listed(old)) {
      if (named(listed(now), one) == null) {
        less.add("Depends no longer on " + one.name() + ".");
      }
    }
  }

  private static @Nullable Dependency named(List<Dependency> list, Dependency wanted) {
    return list.stream().filter(one -> one.name().equals(wanted.name())).findFirst().orElse(null);
  }

  private static List<Dependency> listed(Manifest manifest) {
    return Objects.requireNonNullElse(manifest.dependencies(), List.of());
  }

  private static List<Tool> tools(Manifest manifest) {
    return Objects.requireNonNullElse(manifest.access().tools(), List.of());
  }

  private List<String> bounded() {
    List<String> all = new ArrayList<>(more);
    all.addAll(less);
    all.addAll(other);
    List<String> shown = new ArrayList<>();
    for (String sentence : all.subList(0, Math.min(all.size(), SENTENCES))) {
      shown.add(CheckFindings.printable(sentence, LENGTH));
    }
    if (all.size() > SENTENCES) {
      shown.add((all.size() - SENTENCES) + " more differences are not listed.");
    }
    return List.copyOf(shown);
  }
}
