package io.countersign.archsample.release;

import io.countersign.archsample.activities.SampleActivities;
import io.countersign.archsample.gate.UnstableGate;
import io.temporal.workflow.Workflow;
import java.io.File;

/** Breaks every wall: Temporal, a file, the gate and the activities from a domain room. */
final class ImpureRelease {
  boolean broken(UnstableGate gate, SampleActivities activities) {
    return gate.toString().equals(activities.toString())
        || new File("release").isFile()
        || Workflow.getInfo() == null;
  }
}
