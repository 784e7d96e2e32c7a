package io.countersign.bench;

import io.countersign.grant.GrantSpec;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A signal and two activities, one of which calls Vault by hand; then the same for the end. */
@WorkflowInterface
public interface ByHand {
  @WorkflowMethod(name = "ByHand")
  void run(GrantSpec spec);

  @SignalMethod
  void go(RawValue envelope);

  /** What the two kinds of activity do. */
  @ActivityInterface
  interface Work {
    /** Takes the place of the activity that reads a message. */
    void read(GrantSpec spec);

    void grant(GrantSpec spec);

    void revoke(GrantSpec spec);
  }

  /** Waits for a signal, twice. */
  final class Impl implements ByHand {
    private int signals;

    @Override
    public void run(GrantSpec spec) {
      Work work =
          Workflow.newActivityStub(
              Work.class,
              ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(2)).build());
      Workflow.await(() -> signals >= 1);
      work.read(spec);
      work.grant(spec);
      Workflow.await(() -> signals >= 2);
      work.read(spec);
      work.revoke(spec);
    }

    @Override
    public void go(RawValue envelope) {
      signals++;
    }
  }

  /** The calls by hand. */
  final class Hands implements Work {
    private final VaultByHand vault;
    private final Set<ReleaseId> granted = ConcurrentHashMap.newKeySet();

    Hands(VaultByHand vault) {
      this.vault = vault;
    }

    boolean granted(ReleaseId release) {
      return granted.contains(release);
    }

    @Override
    public void read(GrantSpec spec) {
      // Nothing: what the gate does here is what is measured.
    }

    @Override
    public void grant(GrantSpec spec) {
      vault.grant(spec);
      granted.add(spec.release());
    }

    @Override
    public void revoke(GrantSpec spec) {
      vault.revoke(spec);
    }
  }
}
