package io.countersign.grant;

import io.countersign.release.ReleaseId;

/**
 * One system in one environment: the owner of two slots. Same alphabet as {@link ReleaseId}, so
 * every path below is safe as it is.
 */
public record SystemRef(String environment, String system) {
  private static final String ROOT = "countersign/";

  public SystemRef {
    // Any legal version does: the release id owns the alphabet of both names.
    new ReleaseId(environment, system, "0");
  }

  public static SystemRef of(ReleaseId release) {
    return new SystemRef(release.environment(), release.system());
  }

  /** The release of this system that has this version. */
  public ReleaseId release(String version) {
    return new ReleaseId(environment, system, version);
  }

  /** Path of a slot's JWT auth mount below {@code auth/}, without slashes at its ends. */
  public String mount(Slot slot) {
    return ROOT + environment + "/" + system + "/" + slot;
  }

  @Override
  public String toString() {
    return environment + "/" + system;
  }
}
