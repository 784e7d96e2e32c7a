package io.countersign.activities.check.readiness;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.check.readiness.ReadinessRules.Health;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code mlops.deployment-readiness}: the image is pinned, the release can be taken back, and a
 * smoke test or an endpoint that answers now speaks of exactly this image and this model.
 *
 * <pre>
 * with:
 *   registries: [registry.example.com/fraud]   # optional
 *   firstRelease: exempt                       # or refused
 *   smokeTest: required                        # or optional, beside health
 *   minTests: 3
 *   names: [prompts, policy]                   # what the report names beside image and model
 *   health:                                    # optional
 *     url: "https://canary.example.com/{system}/{version}/health"
 *     digests: {image: /image, model: /model}  # JSON pointers
 * </pre>
 */
public final class DeploymentReadiness implements Check {
  private static final Pattern IMAGE =
      Pattern.compile("([a-z0-9][A-Za-z0-9._:/-]*)@(sha256:[0-9a-f]{64})");

  @Override
  public String name() {
    return "mlops.deployment-readiness";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    ReadinessRules rules =
        ReadinessRules.of(
            Settings.of(
                this,
                context,
                "registries",
                "firstRelease",
                "smokeTest",
                "minTests",
                "names",
                "health"));
    CheckFindings found = new CheckFindings();
    SortedMap<String, String> parts = parts(context.manifest());
    image(rules, context.manifest().workload().image(), parts, found);
    new WayBack(context, rules.exemptsFirst(), found).judge();
    smokeTest(rules, context, parts, found);
    Health health = rules.health();
    if (health != null) {
      health(health, context, parts, found);
    }
    return found;
  }

  /** The digests of this release, by part; without those that the manifest does not pin. */
  private static SortedMap<String, String> parts(Manifest manifest) {
    SortedMap<String, String> parts = new TreeMap<>();
    for (Manifest.Named named : manifest.subjects().named()) {
      Digest digest = named.subject().digest();
      if (digest != null) {
        parts.put(named.name(), digest.toString());
      }
    }
    Matcher image = IMAGE.matcher(manifest.workload().image());
    if (image.matches()) {
      parts.put("image", image.group(2));
    }
    return parts;
  }

  private static void image(
      ReadinessRules rules, String image, SortedMap<String, String> parts, CheckFindings found) {
    if (!parts.containsKey("image")) {
      found.fail(
          "image-not-pinned",
          Severity.CRITICAL,
          "the image is " + image + ", allowed is <repository>@sha256:<digest>",
          "workload.image");
      return;
    }
    String repository = image.substring(0, image.indexOf('@'));
    List<String> registries = rules.registries();
    boolean known =
        registries == null
            || registries.stream()
                .anyMatch(r -> repository.equals(r) || repository.startsWith(r + "/"));
    if (!known) {
      found.fail(
          "other-registry",
          Severity.HIGH,
          "the image is from " + repository + ", allowed are " + registries,
          "workload.image");
    }
  }

  private static void smokeTest(
      ReadinessRules rules,
      CheckContext context,
      SortedMap<String, String> parts,
      CheckFindings found) {
    Manifest.Evidence evidence = context.manifest().evidence();
    String uri = evidence == null ? null : evidence.smokeTest();
    if (uri == null) {
      if (rules.smokeTestRequired()) {
        found.fail(
            "no-smoke-test",
            Severity.HIGH,
            "the manifest names no report of a smoke test",
            "evidence.smokeTest");
      }
      return;
    }
    byte[] bytes = context.subjects().document(uri, context.progress());
    found.evidence(uri, Digest.of(bytes));
    SmokeTest report;
    try {
      report = SmokeTestReports.read(bytes);
    } catch (MalformedReport e) {
      found.fail("unreadable-smoke-test", Severity.HIGH, String.valueOf(e.getMessage()), uri);
      return;
    }
    TreeSet<String> named = new TreeSet<>(List.of("image", "model"));
    named.addAll(rules.names());
    for (String part : named) {
      same("other-", part, report.digests().getOrDefault(part, ""), parts, uri, found);
    }
    found.measure("tests.passed", Long.toString(report.passed()));
    found.measure("tests.failed", Long.toString(report.failed()));
    found.measure("tests.skipped", Long.toString(report.skipped()));
    outcome(rules, report, uri, found);
  }

  private static void outcome(
      ReadinessRules rules, SmokeTest report, String uri, CheckFindings found) {
    if (report.failed() > 0) {
      found.fail(
          "failed-tests",
          Severity.HIGH,
          report.failed() + " tests failed, for example " + report.failures(),
          uri);
    }
    if (report.passed() < rules.minTests()) {
      found.fail(
          "too-few-tests",
          Severity.HIGH,
          report.passed() + " tests passed, allowed is at least " + rules.minTests(),
          uri);
    }
    if (report.skipped() > 0) {
      found.note("skipped-tests", Severity.LOW, report.skipped() + " tests were skipped", uri);
    }
  }

  /**
   * Asks now. What does not answer with 200 is a failure of the source and throws. The answer is
   * judged and not listed as evidence: it is another one every time.
   */
  private static void health(
      Health health, CheckContext context, SortedMap<String, String> parts, CheckFindings found) {
    Manifest.Metadata metadata = context.manifest().metadata();
    String url =
        health
            .url()
            .replace("{system}", metadata.system())
            .replace("{environment}", metadata.environment())
            .replace("{version}", metadata.version());
    byte[] body = context.subjects().document(url, context.progress());
    if (health.digests().isEmpty()) {
      found.note(
          "health-names-nothing",
          Severity.LOW,
          "the endpoint answers, and says of no image or model that it is this release",
          url);
      return;
    }
    JsonNode answer = SmokeTestReports.object(body);
    if (answer == null) {
      found.fail("unreadable-health", Severity.HIGH, "the answer is not one JSON object", url);
      return;
    }
    for (SortedMap.Entry<String, JsonPointer> part : health.digests().entrySet()) {
      same("health-other-", part.getKey(), answer.at(part.getValue()).asText(), parts, url, found);
    }
  }

  private static void same(
      String id,
      String part,
      String named,
      SortedMap<String, String> parts,
      String where,
      CheckFindings found) {
    if (!named.equals(parts.get(part))) {
      found.fail(
          id + part,
          Severity.CRITICAL,
          "it is about "
              + part
              + " "
              + (named.isEmpty() ? "(none)" : named)
              + ", the manifest says "
              + parts.getOrDefault(part, "(none)"),
          where);
    }
  }
}
