package io.countersign.activities.port;

import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.Submission;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.release.Digest;
import io.countersign.signoff.Order;
import io.countersign.signoff.SignOff;
import java.time.Instant;
import java.util.Collection;

/**
 * Reads signed statements: form and signature are proved, nothing else. Every refusal is a {@link
 * io.countersign.failure.GateException}: OVERSIZED, UNREADABLE, UNKNOWN_PERSON, UNKNOWN_KEY or
 * BAD_SIGNATURE.
 */
public interface SignedStatements {
  /** What a person's message can be. */
  enum Kind {
    SIGN_OFF,
    ORDER
  }

  /**
   * What this envelope claims to be; read before any signature is verified, to know how to verify
   * it.
   */
  Kind kind(byte[] envelope);

  /** A sign-off that a key of the person it names has signed. */
  SignOff signOff(byte[] envelope, KeyDirectory people);

  /** An order that a key of the person it names has signed. */
  Order order(byte[] envelope, KeyDirectory people);

  /**
   * A submission that a key of the person it names has signed, or that the token it carries proves;
   * also BAD_TOKEN.
   */
  Submission submission(byte[] envelope, KeyDirectory people, CiTokens tokens, Instant at);

  /** How an envelope's statement is named; verifies nothing. */
  Names names(byte[] envelope);

  /**
   * The names of a statement.
   *
   * @param statement digest of the bytes that a signature covers
   * @param payload digest of the DSSE payload
   */
  record Names(Digest statement, Digest payload) {}

  /** A check's result that one of these workers' keys has signed. */
  CheckStatement checkResult(byte[] envelope, Collection<VerificationKey> workers);
}
