package io.countersign.activities.port;

import java.util.List;

/**
 * The audit devices that are on in Vault.
 *
 * <p>May fail with VAULT_UNAVAILABLE or VAULT_DENIED, which say that nothing was learned.
 */
@FunctionalInterface
public interface AuditDevices {
  /** All of them, sorted by path. */
  List<Device> devices();

  /**
   * @param path without the slash at its end
   * @param type file, syslog, socket, http
   * @param raw whether it writes secrets in clear
   * @param partial whether it leaves requests out
   * @param discards whether what it writes is kept nowhere
   */
  record Device(String path, String type, boolean raw, boolean partial, boolean discards) {
    /** Whether it shows every request and keeps it. */
    public boolean whole() {
      return !partial && !discards;
    }
  }
}
