package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.policy.GatePolicy.Sources;
import java.util.List;

/** A process of its own, started with a heap that the subject does not fit into. */
final class ReadsInASmallHeap {
  private ReadsInASmallHeap() {}

  /**
   * @param arguments registry and URI
   */
  public static void main(String[] arguments) {
    HttpReader http = new HttpReader(null);
    Credentials none = new Credentials(null);
    Bounds bounds = Bounds.of(new Sources(List.of("."), null, null));
    OciPlace place = new OciPlace(arguments[0], List.of(ScriptedRegistry.REPOSITORY), null, null);
    SubjectDigest found =
        new OciSource(
                List.of(place), new HttpsSource(List.of(), http, none, bounds), http, none, bounds)
            .digest(arguments[1], Progress.unwatched());
    System.out.println(found.digest() + " " + found.bytes());
  }
}
