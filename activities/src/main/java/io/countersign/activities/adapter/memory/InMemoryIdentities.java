package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.Identities;
import io.countersign.record.IdentityProof;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

final class InMemoryIdentities implements Identities {
  private final Map<ReleaseId, IdentityProof> proofs = new HashMap<>();
  private final Map<TokenId, Digest> tokens = new HashMap<>();

  private record TokenId(String issuer, String id) {}

  @Override
  public synchronized void recordIdentityProof(ReleaseId release, IdentityProof proof) {
    proofs.merge(release, proof, (old, next) -> next.at().isAfter(old.at()) ? next : old);
  }

  @Override
  public synchronized Optional<IdentityProof> identityProof(ReleaseId release) {
    return Optional.ofNullable(proofs.get(release));
  }

  @Override
  public synchronized boolean useTokenId(
      String issuer, String tokenId, Digest releaseDigest, Instant expiresAt) {
    Identities.requireToken(issuer, tokenId);
    return tokens
        .computeIfAbsent(new TokenId(issuer, tokenId), id -> releaseDigest)
        .equals(releaseDigest);
  }
}
