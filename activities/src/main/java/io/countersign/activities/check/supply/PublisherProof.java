package io.countersign.activities.check.supply;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.port.PublisherSignatures;
import io.countersign.activities.port.PublisherSignatures.Verdict;
import io.countersign.check.Severity;
import io.countersign.policy.Supplier;
import io.countersign.release.Digest;
import io.countersign.release.Manifest.Dependency;
import io.countersign.release.Manifest.Publisher;

/** Whether a supplier signed the artefact that is pinned, with a key that the rules name. */
record PublisherProof(PublisherSignatures signatures, CheckContext context) {
  void look(
      Dependency dependency,
      Supplier supplier,
      SupplyRules rules,
      String where,
      CheckFindings found) {
    boolean wanted = rules.signed().contains(dependency.kind());
    Publisher publisher = dependency.publisher();
    Digest digest = dependency.digest();
    if (publisher == null || digest == null) {
      if (wanted) {
        found.fail(
            "not-signed",
            Severity.HIGH,
            "a " + dependency.kind() + " must be signed by its supplier",
            where);
      }
      return;
    }
    byte[] document = context.subjects().document(publisher.uri(), context.progress());
    found.evidence(publisher.uri(), Digest.of(document));
    if (supplier.keys().isEmpty()) {
      String why = "the gate policy lists no key of " + supplier.name() + ", so nothing is proved";
      if (wanted) {
        found.fail("no-key", Severity.HIGH, why, where);
      } else {
        found.note("no-key", Severity.MEDIUM, why, where);
      }
      return;
    }
    Verdict verdict =
        publisher.statement() == null
            ? signatures.signature(document, digest, supplier.keys())
            : signatures.statement(document, digest, supplier.keys());
    if (verdict == Verdict.VOUCHES) {
      found.measure("signed." + dependency.name(), supplier.name());
    } else {
      found.fail(id(verdict), Severity.CRITICAL, words(verdict, supplier), publisher.uri());
    }
  }

  private static String id(Verdict verdict) {
    return switch (verdict) {
      case OTHER_DIGEST -> "signed-other-artefact";
      case OTHER_CLAIM -> "signed-other-claim";
      case UNREADABLE -> "unreadable-signature";
      default -> "bad-signature";
    };
  }

  private static String words(Verdict verdict, Supplier supplier) {
    return switch (verdict) {
      case OTHER_DIGEST -> supplier.name() + " signed other artefacts, not the one that is pinned";
      case OTHER_CLAIM ->
          supplier.name() + " signed something else about it than where it comes from";
      case UNREADABLE -> "it is neither an in-toto statement in DSSE nor a detached signature";
      default -> "no key that the gate policy lists for " + supplier.name() + " signed it";
    };
  }
}
