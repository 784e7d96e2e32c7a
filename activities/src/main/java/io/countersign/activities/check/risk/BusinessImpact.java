package io.countersign.activities.check.risk;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.check.risk.DeclarationRules.PathClasses;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.check.Severity;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseDiff;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code risk.business-impact}: the impact is stated and owned, and the profile that selects the
 * tier is not lower than what scope, tools and predecessor show.
 *
 * <pre>
 * with:
 *   owners: [example.com, fraud@partner.example]     # domains or whole addresses
 *   minWords: 8                                      # of intendedUse and of impact, each
 *   scope:                                           # what is behind the paths
 *     - {path: kv/data/fraud/*, dataClasses: [pii]}
 *   readOnly: [assistive]                            # autonomies that may change nothing
 *   order:                                           # from low to high
 *     exposure: [internal, customer-facing]
 *     autonomy: [assistive, agentic, autonomous]
 * </pre>
 */
public final class BusinessImpact implements Check {
  @Override
  public String name() {
    return "risk.business-impact";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    DeclarationRules rules =
        DeclarationRules.of(
            Settings.of(this, context, "owners", "minWords", "scope", "readOnly", "order"));
    CheckFindings found = new CheckFindings();
    Manifest manifest = context.manifest();
    owned(manifest.metadata().owner(), rules, found);
    complete("profile.intendedUse", manifest.profile().intendedUse(), rules, found);
    complete("profile.impact", manifest.profile().impact(), rules, found);
    List<ScopeRule> scope = Impact.rules(context);
    dataBehind(scope, manifest.profile(), rules, found);
    acting(context, rules, found);
    known("exposure", manifest.profile().exposure(), rules.exposures(), found);
    known("autonomy", manifest.profile().autonomy(), rules.autonomies(), found);
    lowered(context, scope, rules, found);
    found.measure("paths", Integer.toString(scope.size()));
    return found;
  }

  private static void owned(String owner, DeclarationRules rules, CheckFindings found) {
    String address = owner.toLowerCase(Locale.ROOT);
    int at = address.indexOf('@');
    boolean listed =
        rules.owners().contains(address)
            || at > 0 && rules.owners().contains(address.substring(at + 1));
    if (!listed) {
      found.fail(
          "owner-not-accountable",
          Severity.HIGH,
          "the owner is none of those that the gate policy takes: " + rules.owners(),
          "metadata.owner");
    }
  }

  private static void complete(
      String field, String text, DeclarationRules rules, CheckFindings found) {
    Set<String> words = new TreeSet<>();
    Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
        .filter(word -> word.codePoints().anyMatch(Character::isLetter))
        .forEach(words::add);
    if (words.size() < rules.minWords()) {
      found.fail(
          "not-complete",
          Severity.MEDIUM,
          field
              + " has "
              + words.size()
              + " different words, allowed are at least "
              + rules.minWords(),
          field);
    }
  }

  /** A path that nobody has rated may hold anything. */
  private static void dataBehind(
      List<ScopeRule> scope,
      Manifest.Profile profile,
      DeclarationRules rules,
      CheckFindings found) {
    for (ScopeRule rule : scope) {
      if (rule.denies()) {
        continue;
      }
      List<PathClasses> behind =
          rules.scope().stream().filter(one -> one.path().overlaps(rule.path())).toList();
      if (behind.stream().noneMatch(one -> one.path().covers(rule.path()))) {
        found.fail(
            "path-not-rated",
            Severity.HIGH,
            "the gate policy does not say what data is behind " + rule.path(),
            rule.path().toString());
      }
      Set<String> classes = new TreeSet<>();
      behind.forEach(one -> classes.addAll(one.dataClasses()));
      profile.dataClasses().forEach(classes::remove);
      for (String data : classes) {
        found.fail(
            "under-declared",
            Severity.HIGH,
            "the scope reaches data of class " + data + ", which the profile does not declare",
            rule.path().toString());
      }
    }
  }

  private static void acting(CheckContext context, DeclarationRules rules, CheckFindings found) {
    String autonomy = context.manifest().profile().autonomy();
    if (rules.readOnly().contains(autonomy) && Impact.writes(context)) {
      found.fail(
          "under-declared",
          Severity.HIGH,
          "autonomy is declared " + autonomy + ", but scope or tools may change something",
          "profile.autonomy");
    }
  }

  private static void known(String what, String word, List<String> order, CheckFindings found) {
    if (!order.contains(word)) {
      found.fail(
          "not-known",
          Severity.HIGH,
          what + " " + CheckFindings.printable(word, 80) + ": allowed are " + order,
          "profile." + what);
    }
  }

  /** A lower profile with no less access is how a release would slip into a lower tier. */
  private static void lowered(
      CheckContext context, List<ScopeRule> scope, DeclarationRules rules, CheckFindings found) {
    Manifest old = context.predecessor();
    if (old == null) {
      return;
    }
    Manifest now = context.manifest();
    List<String> lower = new ArrayList<>();
    if (below(now.profile().exposure(), old.profile().exposure(), rules.exposures())) {
      lower.add("exposure " + now.profile().exposure() + " after " + old.profile().exposure());
    }
    if (below(now.profile().autonomy(), old.profile().autonomy(), rules.autonomies())) {
      lower.add("autonomy " + now.profile().autonomy() + " after " + old.profile().autonomy());
    }
    for (String data : old.profile().dataClasses()) {
      if (!now.profile().dataClasses().contains(data)) {
        lower.add("data of class " + data + " is no longer declared");
      }
    }
    if (!lower.isEmpty() && !narrowed(context, old, scope)) {
      found.fail(
          "declared-lower",
          Severity.HIGH,
          "declared lower than the predecessor with no less access: " + String.join("; ", lower),
          "profile");
    }
  }

  private static boolean below(String now, String old, List<String> order) {
    return order.indexOf(now) < order.indexOf(old);
  }

  private static boolean narrowed(CheckContext context, Manifest old, List<ScopeRule> scope) {
    Manifest now = context.manifest();
    boolean fewerTools = !tools(now).containsAll(tools(old));
    try {
      ScopeView before = VaultPolicies.scope(context.predecessorPolicyBodies());
      return fewerTools
          || ReleaseDiff.between(old, now, before, new ScopeView(scope))
              .contains(Change.SCOPE_NARROWED);
    } catch (IllegalArgumentException notUnderstood) {
      return fewerTools;
    }
  }

  private static Set<String> tools(Manifest manifest) {
    Set<String> rights = new TreeSet<>();
    Impact.tools(manifest)
        .forEach(
            tool -> tool.permissions().forEach(right -> rights.add(tool.name() + " " + right)));
    return rights;
  }
}
