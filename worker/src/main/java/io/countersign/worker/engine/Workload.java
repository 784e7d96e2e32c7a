package io.countersign.worker.engine;

import io.countersign.activities.port.SecretText;
import io.countersign.grant.SystemRef;
import java.util.Optional;

/** The program that a release is about, as far as credentials are concerned. */
public interface Workload {
  /** Logs in to whichever slot takes this role; empty when none does. */
  Optional<SecretText> login(SystemRef system, String role);

  /** The HTTP status of reading this path with this token. */
  int read(SecretText token, String path);

  /** Whether the token still works. */
  boolean alive(SecretText token);
}
