package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.util.Set;

/** One release's policy with the guard rails, parsed once. Threads may share it. */
public interface RuntimePolicy {
  /**
   * Decides one request. Never throws for anything in the request. A policy that breaks off, be it
   * a {@code forbid}, makes the whole answer {@link RuntimeVerdict.Answer#ERRORED}: an engine that
   * skipped it would allow what it was written to stop.
   */
  RuntimeVerdict decide(RuntimeRequest request);

  /**
   * What the policy may answer to such requests, whatever their arguments are. Errs towards {@link
   * Possibility#SOMETIMES}.
   *
   * @param request its arguments are not looked at
   */
  Prospect prospect(RuntimeRequest request);

  /**
   * What requests of one kind can expect.
   *
   * @param conditions digest of what is left to ask of the arguments and of how these are declared;
   *     where two policies have the same, they answer alike. Names and order of policies are not in
   *     it
   */
  record Prospect(Possibility possibility, Digest conditions) {}

  /** Names of all policies, guard rails included, as {@link RuntimeVerdict#policies()} has them. */
  Set<String> names();

  /** Whether requests of one kind are permitted. */
  enum Possibility {
    NEVER,
    /** It depends on the arguments. */
    SOMETIMES,
    ALWAYS,
    /** A policy breaks off, whatever the arguments are. Such a request is denied. */
    ERRORED
  }
}
