package io.countersign.activities.check;

import io.countersign.check.Severity;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code security.workload-identity}: manifest, gate policy and Vault agree on exactly one
 * workload: issuer, subject, audience, algorithms and keys, in both slots; whoever else has that
 * identity is named; and the image is named by its digest.
 *
 * <p>That a workload has the identity is proved later, while people sign: it logs in to the role
 * {@code probe}, and Vault verifies signature, issuer, subject, audience and times, without
 * tolerance. A release whose workload does not never goes live.
 *
 * <pre>
 * with:
 *   reuse: refused      # optional: no other live release and no other system with the identity
 * </pre>
 */
public final class WorkloadIdentity implements Check {
  private static final Pattern IMAGE = Pattern.compile("[^@\\s]+@sha256:[0-9a-f]{64}");
  private static final Pattern EXACT = Pattern.compile("[!-)+-~]{1,254}");

  @Override
  public String name() {
    return "security.workload-identity";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    boolean reuse =
        Settings.of(this, context, "reuse").oneOf("reuse", "allowed", "refused").equals("allowed");
    CheckFindings found = new CheckFindings();
    manifest(context.manifest().workload(), context.system(), found);
    Issuer issuer = context.policy().issuers().get(context.system().issuer());
    if (issuer == null) {
      return found.fail(
          "unknown-issuer",
          Severity.CRITICAL,
          "the gate policy does not list the issuer",
          "issuers");
    }
    IdentityBinding binding = context.world().identity();
    Digest keys = context.world().issuerKeys();
    if (!binding.slotsAgree()) {
      found.fail(
          "slots-differ",
          Severity.HIGH,
          "the two slots accept different identities: a workload could be locked out at a cutover",
          binding.system().toString());
    }
    slot(binding.system().mount(Slot.A), "a", binding.a(), issuer, keys, found);
    slot(binding.system().mount(Slot.B), "b", binding.b(), issuer, keys, found);
    new IdentityReuse(context, issuer, reuse).look(found);
    told(context.system(), issuer, found);
    return found;
  }

  /** What people sign off, and what is proved only after it. */
  private static void told(SystemPolicy system, Issuer issuer, CheckFindings found) {
    found.measure("issuer", issuer.issuer());
    found.measure("subject", system.subject());
    found.measure("audience", system.audience());
    found.measure("algorithms", String.join(", ", issuer.algorithms()));
    SlotRole role = SlotRole.probe(Slot.A, system.subject(), system.audience());
    found.measure(
        "leeway",
        role.fields().entrySet().stream()
                .filter(field -> field.getKey().endsWith("_leeway"))
                .allMatch(field -> field.getValue().equals("-1"))
            ? "off"
            : "on");
    found.measure("provedBeforeTheGrant", "by a login of the workload to the role probe");
  }

  private static void manifest(
      Manifest.Workload workload, SystemPolicy system, CheckFindings found) {
    if (!EXACT.matcher(system.subject()).matches() || !EXACT.matcher(system.audience()).matches()) {
      found.fail(
          "pattern",
          Severity.CRITICAL,
          "subject and audience must be exact, without '*'",
          "systems");
    }
    if (!workload.identity().equals(system.subject())) {
      found.fail(
          "other-subject",
          Severity.CRITICAL,
          "the manifest names another identity than the gate policy allows",
          "workload.identity");
    }
    if (!workload.issuer().equals(system.issuer())) {
      found.fail(
          "other-issuer",
          Severity.CRITICAL,
          "the manifest names another issuer than the gate policy allows",
          "workload.issuer");
    }
    if (!IMAGE.matcher(workload.image()).matches()) {
      found.fail(
          "image-by-tag", Severity.HIGH, "the image must be named by its digest", "workload.image");
    }
  }

  private static void slot(
      String mount,
      String name,
      SlotIdentity slot,
      Issuer issuer,
      Digest keys,
      CheckFindings found) {
    if (!slot.issuer().equals(issuer.issuer())) {
      found.fail(
          "vault-issuer",
          Severity.CRITICAL,
          slot.issuer().isEmpty()
              ? "Vault accepts tokens of any issuer whose key it has"
              : "Vault accepts tokens of another issuer",
          mount);
    }
    List<String> allowed = issuer.algorithms();
    if (slot.algorithms().isEmpty() || !allowed.containsAll(slot.algorithms())) {
      found.fail(
          "vault-algorithms",
          Severity.HIGH,
          "Vault accepts "
              + (slot.algorithms().isEmpty() ? "its default algorithms" : slot.algorithms())
              + ", allowed are "
              + allowed,
          mount);
    }
    String wanted = issuer.jwksUrl() == null ? "keys" : "jwks";
    if (!slot.keySource().equals(wanted)) {
      found.fail(
          "vault-keys",
          Severity.HIGH,
          "Vault takes the issuer's keys from '"
              + slot.keySource()
              + "', allowed is '"
              + wanted
              + "'",
          mount);
    }
    String url = issuer.jwksUrl();
    if (url != null && !slot.keys().equals(Digest.of(url.getBytes(StandardCharsets.UTF_8)))) {
      found.fail(
          "vault-keys", Severity.CRITICAL, "Vault reads the issuer's keys from another URL", mount);
    }
    if (!slot.keys().equals(keys)) {
      found.fail(
          "other-keys",
          Severity.CRITICAL,
          "Vault does not take exactly the issuer's keys that the gate policy names",
          mount);
    }
    if (slot.plainTransport()) {
      found.fail(
          "plain-transport",
          Severity.HIGH,
          "Vault reads the issuer's keys over HTTP without TLS",
          mount);
    }
    // In the review, so that keys that are exchanged after the sign-off show.
    found.measure("slot-" + name + ".keys", slot.keys().toString());
  }
}
