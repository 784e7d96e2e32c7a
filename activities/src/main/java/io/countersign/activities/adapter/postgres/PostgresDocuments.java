package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.Documents;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.util.Optional;

final class PostgresDocuments implements Documents {
  private final PostgresDatabase database;

  PostgresDocuments(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public void putDocument(Digest digest, byte[] content) {
    Documents.requireAdmissible(digest, content);
    database.inTransaction(
        "archive a document",
        session ->
            session.update(
                "INSERT INTO document (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
                digest,
                content));
  }

  @Override
  public Optional<byte[]> document(Digest digest) {
    Optional<byte[]> content =
        database.inTransaction(
            "read a document",
            session ->
                session.first(
                    "SELECT content FROM document WHERE digest = ?",
                    row -> row.getBytes("content"),
                    digest));
    content.ifPresent(
        bytes -> {
          if (!Digest.of(bytes).equals(digest)) {
            throw new GateException(FailureType.DIGEST_MISMATCH, "the stored document " + digest);
          }
        });
    return content;
  }
}
