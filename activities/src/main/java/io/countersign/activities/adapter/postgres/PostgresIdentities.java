package io.countersign.activities.adapter.postgres;

import io.countersign.activities.port.Identities;
import io.countersign.record.IdentityProof;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

final class PostgresIdentities implements Identities {
  private final PostgresDatabase database;

  PostgresIdentities(PostgresDatabase database) {
    this.database = database;
  }

  @Override
  public void recordIdentityProof(ReleaseId release, IdentityProof proof) {
    database.inTransaction(
        "record an identity",
        session ->
            session.update(
                "INSERT INTO identity_proof AS p (release, subject, audience, issuer, proved_at)"
                    + " VALUES (?, ?, ?, ?, ?)"
                    + " ON CONFLICT (release) DO UPDATE SET subject = EXCLUDED.subject,"
                    + " audience = EXCLUDED.audience, issuer = EXCLUDED.issuer,"
                    + " proved_at = EXCLUDED.proved_at WHERE p.proved_at < EXCLUDED.proved_at",
                release,
                proof.subject(),
                proof.audience(),
                proof.issuer(),
                proof.at()));
  }

  @Override
  public Optional<IdentityProof> identityProof(ReleaseId release) {
    return database.inTransaction(
        "read an identity",
        session ->
            session.first(
                "SELECT subject, audience, issuer, proved_at FROM identity_proof WHERE release = ?",
                row ->
                    new IdentityProof(
                        row.getString("subject"),
                        row.getString("audience"),
                        row.getString("issuer"),
                        Session.instant(row, "proved_at")),
                release));
  }

  @Override
  public boolean useTokenId(
      String issuer, String tokenId, Digest releaseDigest, Instant expiresAt) {
    Identities.requireToken(issuer, tokenId);
    return database.inTransaction(
        "use a token",
        session -> {
          session.update(
              "INSERT INTO used_token_id (issuer, token_id, release_digest, expires_at)"
                  + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
              issuer,
              tokenId,
              releaseDigest,
              expiresAt.truncatedTo(ChronoUnit.MICROS));
          return session
              .first(
                  "SELECT release_digest FROM used_token_id WHERE issuer = ? AND token_id = ?",
                  row -> Session.digest(row, "release_digest"),
                  issuer,
                  tokenId)
              .orElseThrow()
              .equals(releaseDigest);
        });
  }
}
