package io.countersign.activities.grant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Permit;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.JsonDocument;

/** A permit as an in-toto Statement v1 (docs/statements.md). */
public final class PermitStatement {
  private PermitStatement() {}

  public static JsonDocument of(Permit permit) {
    ObjectNode statement = JsonNodeFactory.instance.objectNode();
    statement.put("_type", "https://in-toto.io/Statement/v1");
    statement
        .putArray("subject")
        .addObject()
        .put("name", permit.release().toString())
        .putObject("digest")
        .put("sha256", permit.releaseDigest().hex());
    statement.put("predicateType", Permit.TYPE);
    ObjectNode predicate = statement.putObject("predicate");
    predicate.put("grantId", permit.grantId().toString());
    predicate.put("release", permit.release().toString());
    predicate.put("releaseDigest", permit.releaseDigest().toString());
    predicate.put("gateDigest", permit.gateDigest().toString());
    predicate.put("expiresAt", permit.expiresAt().toString());
    if (permit.reviewBy() != null) {
      predicate.put("reviewBy", permit.reviewBy().toString());
    }
    return Dossiers.document(statement);
  }
}
