package io.countersign.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.policy.ExternalWorker;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a person who signs off has in view. Its digest is what sign-offs are bound to:
 * any change of the release, the rules, the scope's bodies or what the checks saw makes another
 * review (I2). Times are left out, so that a recheck that sees the same keeps the sign-offs.
 */
public record Review(
    ReleaseId release,
    Digest releaseDigest,
    Digest gateDigest,
    Digest approversDigest,
    String tier,
    List<Requirement> requirements,
    List<CheckRule> rules,
    @Nullable ReleaseId predecessor,
    SortedMap<String, String> policies,
    List<CheckResult> checks,
    @Nullable String emergency) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  public Review {
    requirements = List.copyOf(requirements);
    rules = List.copyOf(rules);
    policies = new TreeMap<>(policies);
    checks = checks.stream().sorted(Comparator.comparing(CheckResult::check)).toList();
  }

  /** A review of a release that is no emergency. */
  public Review(
      ReleaseId release,
      Digest releaseDigest,
      Digest gateDigest,
      Digest approversDigest,
      String tier,
      List<Requirement> requirements,
      List<CheckRule> rules,
      @Nullable ReleaseId predecessor,
      SortedMap<String, String> policies,
      List<CheckResult> checks) {
    this(
        release,
        releaseDigest,
        gateDigest,
        approversDigest,
        tier,
        requirements,
        rules,
        predecessor,
        policies,
        checks,
        null);
  }

  /** The document whose canonical form (RFC 8785) is digested. */
  public JsonNode document() {
    ObjectNode document = JSON.objectNode();
    if (emergency != null) {
      document.put("emergency", emergency);
    }
    document.put("release", release.toString());
    document.put("releaseDigest", releaseDigest.toString());
    document.put("gateDigest", gateDigest.toString());
    document.put("approversDigest", approversDigest.toString());
    document.put("tier", tier);
    ArrayNode functions = document.putArray("requirements");
    requirements.forEach(
        r ->
            functions
                .addObject()
                .put("function", r.function().toString())
                .put("quorum", r.quorum()));
    ArrayNode wanted = document.putArray("rules");
    for (CheckRule rule : rules) {
      ObjectNode node = wanted.addObject();
      node.put("check", rule.check());
      node.put("waivable", Voices.waivable(rule));
      if (rule.longestWaiver() != null) {
        node.put("longestWaiver", rule.longestWaiver().toString());
      }
      ObjectNode settings = node.putObject("with");
      rule.with().forEach(settings::set);
      ExternalWorker worker = rule.worker();
      if (worker != null) {
        node.set("worker", worker(worker));
      }
    }
    document.put("predecessor", predecessor == null ? null : predecessor.toString());
    ObjectNode bodies = document.putObject("policies");
    policies.forEach(bodies::put);
    ArrayNode results = document.putArray("checks");
    checks.forEach(check -> results.add(result(check)));
    return document;
  }

  private static ObjectNode worker(ExternalWorker worker) {
    ObjectNode node = JSON.objectNode();
    node.put("taskQueue", worker.taskQueue());
    ArrayNode keys = node.putArray("keys");
    worker.keys().forEach(keys::add);
    node.put("startWithin", String.valueOf(worker.startWithin()));
    node.put("timeout", String.valueOf(worker.timeout()));
    if (worker.heartbeat() != null) {
      node.put("heartbeat", worker.heartbeat().toString());
    }
    node.put("attempts", worker.attempts());
    return node;
  }

  private static ObjectNode result(CheckResult check) {
    ObjectNode node = JSON.objectNode();
    node.put("check", check.check());
    node.put("outcome", check.outcome().toString());
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : check.findings()) {
      findings
          .addObject()
          .put("id", finding.id())
          .put("severity", finding.severity().toString())
          .put("message", finding.message())
          .put("evidence", finding.evidence());
    }
    ObjectNode measurements = node.putObject("measurements");
    check.measurements().forEach(measurements::put);
    ArrayNode contributors = node.putArray("contributors");
    check.contributors().forEach(contributors::add);
    ArrayNode evidence = node.putArray("evidence");
    check
        .evidence()
        .forEach(
            e -> evidence.addObject().put("name", e.name()).put("digest", e.digest().toString()));
    return node;
  }

  /** The review digest. */
  public Digest digest() {
    return CanonicalJson.digest(document());
  }
}
