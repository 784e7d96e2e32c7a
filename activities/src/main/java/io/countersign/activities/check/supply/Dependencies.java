package io.countersign.activities.check.supply;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.PublisherSignatures;
import io.countersign.check.Severity;
import io.countersign.policy.Endpoint;
import io.countersign.policy.Supplier;
import io.countersign.policy.Withdrawn;
import io.countersign.release.Digest;
import io.countersign.release.Manifest.Dependency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code security.dependencies}: every external interface, plugin and base model comes from a
 * supplier that the gate policy lists, of a kind, at a host and for classes of data that it allows;
 * artefacts are pinned by digest or signed by their supplier; somebody reviewed it and will again.
 *
 * <p>What may be used is read from the rules of the release, what is withdrawn from the rules that
 * are in force as well.
 *
 * <pre>
 * with:
 *   maxReview: 400d                      # how far ahead a review date may lie
 *   dataClasses: [pii]                   # what may leave; nothing unless given
 *   kinds: [external-api, base-model]    # optional
 *   signed: [base-model]                 # optional: need the supplier's signature
 *   pinned: [container]                  # optional: need a digest, as base-model and plugin do
 *   schemes: [https]                     # https unless given
 * </pre>
 */
public final class Dependencies implements Check {
  private final PublisherSignatures signatures;

  public Dependencies(PublisherSignatures signatures) {
    this.signatures = signatures;
  }

  @Override
  public String name() {
    return "security.dependencies";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    SupplyRules rules = SupplyRules.of(Settings.of(this, context, SupplyRules.NAMES));
    CheckFindings found = new CheckFindings();
    List<Dependency> dependencies =
        Objects.requireNonNullElse(context.manifest().dependencies(), List.of());
    if (dependencies.isEmpty()) {
      found.note("none-listed", Severity.LOW, "the manifest lists no dependency", "dependencies");
    }
    withdrawn(context, found);
    ReviewDates dates = new ReviewDates(context, rules.maxReview());
    SortedMap<String, Set<String>> leaves = new TreeMap<>();
    for (Dependency dependency : dependencies) {
      String where = "dependencies." + dependency.name();
      dates.look(dependency, where, found);
      if (rules.kinds() != null && !rules.kinds().contains(dependency.kind())) {
        found.fail(
            "kind-not-allowed",
            Severity.HIGH,
            "the tier does not allow the kind " + dependency.kind(),
            where);
      }
      data(dependency, rules, where, leaves, found);
      Optional<Supplier> supplier =
          context.policy().suppliers().stream().filter(s -> s.isNamedBy(dependency)).findFirst();
      if (supplier.isEmpty()) {
        found.fail(
            "unlisted-supplier",
            Severity.CRITICAL,
            "the gate policy does not list the supplier " + Supplier.nameOf(dependency),
            where);
        endpoint(dependency, null, rules, where, found);
        continue;
      }
      allowed(dependency, supplier.get(), where, found);
      endpoint(dependency, supplier.get(), rules, where, found);
      pin(dependency, supplier.get(), rules, where, found);
      new PublisherProof(signatures, context).look(dependency, supplier.get(), rules, where, found);
    }
    found.measure("dependencies", Integer.toString(dependencies.size()));
    leaves.forEach((data, to) -> found.measure("leaves." + data, String.join(", ", to)));
    return dates.measure(found);
  }

  /** By the rules of the release and by those that are in force. */
  private static void withdrawn(CheckContext context, CheckFindings found) {
    Set<Withdrawn> all = new LinkedHashSet<>();
    all.addAll(Withdrawn.of(context.policy(), context.manifest(), context.world().now()));
    all.addAll(
        Withdrawn.of(context.world().rulesInForce(), context.manifest(), context.world().now()));
    for (Withdrawn one : all) {
      found.fail(
          "withdrawn-supplier",
          Severity.CRITICAL,
          one.toString(),
          "dependencies." + one.dependency());
    }
  }

  private static void data(
      Dependency dependency,
      SupplyRules rules,
      String where,
      SortedMap<String, Set<String>> leaves,
      CheckFindings found) {
    for (String data : classes(dependency)) {
      leaves.computeIfAbsent(data, none -> new TreeSet<>()).add(dependency.name());
      if (!rules.dataClasses().contains(data)) {
        found.fail(
            "data-not-allowed",
            Severity.HIGH,
            "data of class " + data + " may not leave from this tier",
            where);
      }
    }
  }

  private static List<String> classes(Dependency dependency) {
    return Objects.requireNonNullElse(dependency.dataClasses(), List.of());
  }

  private static void allowed(
      Dependency dependency, Supplier supplier, String where, CheckFindings found) {
    if (!supplier.kinds().contains(dependency.kind())) {
      found.fail(
          "other-kind",
          Severity.HIGH,
          supplier.name() + " is not listed for the kind " + dependency.kind(),
          where);
    }
    if (!supplier.owners().isEmpty() && !supplier.owners().contains(dependency.owner())) {
      found.fail(
          "other-owner",
          Severity.HIGH,
          dependency.owner() + " does not answer for " + supplier.name(),
          where);
    }
    for (String data : classes(dependency)) {
      if (!supplier.dataClasses().contains(data)) {
        found.fail(
            "data-to-supplier",
            Severity.CRITICAL,
            "data of class " + data + " may not leave to " + supplier.name(),
            where);
      }
    }
  }

  private static void endpoint(
      Dependency dependency,
      @Nullable Supplier supplier,
      SupplyRules rules,
      String where,
      CheckFindings found) {
    String url = dependency.endpoint();
    if (url == null) {
      if (!rules.pinned().contains(dependency.kind())) {
        found.fail(
            "no-endpoint", Severity.HIGH, "it names no endpoint, so nobody knows where", where);
      }
      return;
    }
    Optional<Endpoint> endpoint = Endpoint.parse(url);
    if (endpoint.isEmpty()) {
      found.fail(
          "endpoint-unclear",
          Severity.CRITICAL,
          "the endpoint is not a URL with one host and no user",
          where);
      return;
    }
    if (!rules.schemes().contains(endpoint.get().scheme())) {
      found.fail(
          "plain-transport",
          Severity.HIGH,
          "the endpoint has the scheme "
              + endpoint.get().scheme()
              + ", allowed are "
              + rules.schemes(),
          where);
    }
    if (supplier != null && !supplier.serves(url)) {
      found.fail(
          "endpoint-not-allowed",
          Severity.CRITICAL,
          endpoint.get() + " is no host of " + supplier.name(),
          where);
    }
  }

  private static void pin(
      Dependency dependency,
      Supplier supplier,
      SupplyRules rules,
      String where,
      CheckFindings found) {
    Digest digest = dependency.digest();
    if (digest == null) {
      if (rules.pinned().contains(dependency.kind())) {
        found.fail(
            "not-pinned",
            Severity.HIGH,
            "a " + dependency.kind() + " must be pinned by its digest",
            where);
      }
    } else if (!supplier.digests().isEmpty() && !supplier.digests().contains(digest)) {
      found.fail(
          "other-artefact",
          Severity.CRITICAL,
          "the gate policy does not list this artefact of " + supplier.name(),
          where);
    } else {
      found.measure("pinned." + dependency.name(), digest.toString());
    }
  }
}
