package io.countersign.activities.grant;

import io.countersign.activity.GrantActivities;

/** The activities of {@link GrantActivities}, each by the class that does it. */
public final class GrantActivitiesImpl implements GrantActivities {
  private final IdentityProving proving;
  private final Granting granting;
  private final Revoking revoking;
  private final Watching watching;

  public GrantActivitiesImpl(
      IdentityProving proving, Granting granting, Revoking revoking, Watching watching) {
    this.proving = proving;
    this.granting = granting;
    this.revoking = revoking;
    this.watching = watching;
  }

  @Override
  public IdentityProved proveIdentity(IdentityRequest request) {
    return new IdentityProved(proving.prove(request.release()));
  }

  @Override
  public GrantOutcome grant(GrantRequest request) {
    return granting.grant(request);
  }

  @Override
  public RevokeOutcome revoke(RevokeRequest request) {
    return revoking.revoke(request);
  }

  @Override
  public WatchReport watch(WatchRequest request) {
    return watching.watch(request);
  }
}
