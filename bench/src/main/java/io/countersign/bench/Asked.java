package io.countersign.bench;

import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.Question;
import io.countersign.grant.SystemRef;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The one question that is measured: the workload of a system looks a refund up. */
final class Asked {
  static final String TOOL = "refund.lookup";
  static final String PERMISSION = "read";
  static final String DATA_CLASS = "pii";

  /** More than a node remembers verdicts of, so that each has to be decided when its turn comes. */
  static final int DIFFERENT = 10_000;

  /** The way to a single question. */
  static final String PATH = "/access/v1/evaluation";

  private Asked() {}

  /**
   * @param number of the case that it is about
   */
  static Question question(SystemRef system, int number) {
    return new Question(
        Fleet.subject(system),
        Question.TOOL,
        TOOL,
        PERMISSION,
        List.of(DATA_CLASS),
        Map.of("case", "C-" + number, "status", "open"));
  }

  /** Who asks, its release named in the token. */
  static Caller caller(SystemRef system, String version) {
    return new Caller(
        new WorkloadKey(
            system.environment(), system.system(), "prod-cluster", Fleet.subject(system)),
        version);
  }

  /** The audience of a token that is for decisions of this release. */
  static String audience(SystemRef system, String version) {
    return Fleet.audience(system) + "/decide/" + version;
  }

  /** Requests about so many cases, each as it goes over the wire. */
  static byte[][] requests(URI node, SystemRef system, String token, int many) {
    byte[][] requests = new byte[many][];
    for (int i = 0; i < many; i++) {
      requests[i] = request(node, system, token, i);
    }
    return requests;
  }

  /** The whole request as it goes over the wire. */
  static byte[] request(URI node, SystemRef system, String token) {
    return request(node, system, token, 0);
  }

  private static byte[] request(URI node, SystemRef system, String token, int number) {
    byte[] body =
        ("{\"subject\":{\"type\":\"workload\",\"id\":\""
                + Fleet.subject(system)
                + "\"},\"action\":{\"name\":\""
                + PERMISSION
                + "\"},\"resource\":{\"type\":\"tool\",\"id\":\""
                + TOOL
                + "\",\"properties\":{\"dataClasses\":[\""
                + DATA_CLASS
                + "\"]}},\"context\":{\"case\":\"C-"
                + (1_000_000 + number)
                + "\",\"status\":\"open\"}}")
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + PATH
            + " HTTP/1.1\r\nHost: "
            + node.getAuthority()
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }
}
