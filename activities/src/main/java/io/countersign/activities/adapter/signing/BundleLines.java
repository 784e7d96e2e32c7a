package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;

/** Opens the lines of bundles. */
public final class BundleLines implements EvidenceLines {
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";

  @Override
  public Line open(byte[] line) {
    DsseEnvelope envelope = DsseEnvelope.parse(line, LIMIT);
    ObjectNode statement = StrictJson.ofLine("statement", envelope.payload());
    StrictJson.requireExactly(
        "statement", statement, Set.of("_type", "subject", "predicateType", "predicate"));
    String type = statement.path("_type").asText();
    if (!type.equals(STATEMENT)) {
      throw Malformed.field("_type", Malformed.shown(type), "is " + STATEMENT);
    }
    return new Opened(line, envelope, statement);
  }

  private static final class Opened implements Line {
    private final byte[] line;
    private final DsseEnvelope envelope;
    private final ObjectNode statement;

    Opened(byte[] line, DsseEnvelope envelope, ObjectNode statement) {
      this.line = line;
      this.envelope = envelope;
      this.statement = statement;
    }

    @Override
    public String type() {
      return statement.path("predicateType").asText();
    }

    @Override
    public JsonNode statement() {
      return statement;
    }

    @Override
    public JsonNode envelope() {
      return StrictJson.ofLine("envelope", line);
    }

    @Override
    public byte[] bytes() {
      return line.clone();
    }

    @Override
    public Digest statementDigest() {
      return envelope.statementDigest();
    }

    @Override
    public Digest payloadDigest() {
      return Digest.of(envelope.payload());
    }

    @Override
    public void requireGate(SortedMap<String, VerificationKey> keys) {
      // Of two spellings of one envelope a reader could take one and a hash the other.
      if (envelope.signatures().size() != 1 || !Arrays.equals(line, envelope.write())) {
        throw Malformed.field(
            "envelope",
            envelope.signatures().size() + " signatures or another spelling",
            "is what the gate writes, with one signature");
      }
      DsseEnvelope.Signature signature = envelope.signatures().get(0);
      VerificationKey key = keys.get(signature.keyid());
      if (key == null) {
        throw new GateException(
            FailureType.UNKNOWN_KEY,
            "envelope: the signature says it is by key "
                + Malformed.shown(signature.keyid())
                + ", which the trust file does not list");
      }
      if (!key.verify(envelope.pae(), signature.sig())) {
        throw new GateException(
            FailureType.BAD_SIGNATURE, "envelope: the signature is not by " + signature.keyid());
      }
    }
  }
}
