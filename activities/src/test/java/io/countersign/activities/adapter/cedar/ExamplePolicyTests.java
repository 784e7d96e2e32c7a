package io.countersign.activities.adapter.cedar;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runtime policies of {@code examples/fraud-scorer}. */
class ExamplePolicyTests {
  private static final Path POLICIES = Path.of("../examples/fraud-scorer/policy");
  private static final String WORKLOAD = "spiffe://prod.example.com/fraud-scorer";

  @ParameterizedTest
  @CsvSource({
    "1, refund.lookup, read,  open,   PERMITTED,     fraud-scorer.cedar#look-up-refunds",
    "1, refund.lookup, read,  closed, FORBIDDEN,     fraud-scorer.cedar#open-cases-only",
    "1, refund.lookup, write, open,   NOT_PERMITTED, ",
    "1, refund.issue,  write, open,   NOT_PERMITTED, ",
    "2, refund.lookup, read,  open,   PERMITTED,     fraud-scorer.cedar#look-up-refunds"
  })
  void decideByTool(
      String version, String tool, String permission, String status, Answer answer, String by)
      throws IOException {
    assertThat(
            policy(version).decide(request(WORKLOAD, tool, permission, Map.of("status", status))))
        .isEqualTo(new RuntimeVerdict(answer, by == null ? List.of() : List.of(by)));
  }

  @ParameterizedTest
  @CsvSource({
    "4900,  4900,  ana, PERMITTED",
    "19999, 19999, ana, PERMITTED",
    "20000, 20000, ana, NOT_PERMITTED",
    "0,     0,     ana, NOT_PERMITTED",
    "-1,    -1,    ana, NOT_PERMITTED",
    "4900,  4800,  ana, NOT_PERMITTED",
    "4900,  4900,  bob, NOT_PERMITTED"
  })
  void theSecondPaysWhatTheAnalystOfTheCaseApproved(
      long amount, long approved, String approver, Answer answer) throws IOException {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("status", "open");
    arguments.put("analyst", "ana");
    arguments.put("amountCents", amount);
    arguments.put("approvedCents", approved);
    arguments.put("approvedBy", approver);
    assertThat(policy("2").decide(request(WORKLOAD, "refund.issue", "write", arguments)).answer())
        .isEqualTo(answer);
    arguments.remove("approvedBy");
    assertThat(policy("2").decide(request(WORKLOAD, "refund.issue", "write", arguments)).answer())
        .isEqualTo(Answer.NOT_PERMITTED);
  }

  @Test
  void theyPermitNothingToAnotherWorkload() throws IOException {
    for (String version : List.of("1", "2")) {
      assertThat(
              policy(version)
                  .decide(
                      request(
                          "spiffe://shadow.example.com/fraud-scorer",
                          "refund.lookup",
                          "read",
                          Map.of("status", "open")))
                  .answer())
          .isEqualTo(Answer.NOT_PERMITTED);
    }
  }

  private static RuntimePolicy policy(String version) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(POLICIES.resolve(version))) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    Compilation compiled = new CedarPolicies().compile(files, Map.of());
    assertThat(compiled).isInstanceOf(Compilation.Ready.class);
    return ((Compilation.Ready) compiled).policy();
  }

  private static RuntimeRequest request(
      String workload, String tool, String permission, Map<String, Object> arguments) {
    return new RuntimeRequest(
        workload,
        ReleaseId.parse("production/fraud-scorer/2026.11.1"),
        tool,
        permission,
        List.of("pii"),
        arguments);
  }
}
