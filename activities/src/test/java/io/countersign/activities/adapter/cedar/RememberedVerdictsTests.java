package io.countersign.activities.adapter.cedar;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RememberedVerdictsTests {
  private final List<RuntimeRequest> asked = new ArrayList<>();
  private Answer answer = Answer.PERMITTED;
  private final RememberedVerdicts verdicts = new RememberedVerdicts(new Counting());

  private final class Counting implements RuntimePolicy {
    @Override
    public RuntimeVerdict decide(RuntimeRequest request) {
      asked.add(request);
      return new RuntimeVerdict(answer, List.of("p" + asked.size()));
    }

    @Override
    public Prospect prospect(RuntimeRequest request) {
      return new Prospect(Possibility.NEVER, Digest.of(new byte[0]));
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }
  }

  private static RuntimeRequest request(
      String workload, String version, String tool, String permission, String data, Object value) {
    return new RuntimeRequest(
        workload,
        ReleaseId.parse("production/fraud-scorer/" + version),
        tool,
        permission,
        List.of(data),
        Map.of("case", value));
  }

  private static RuntimeRequest usual() {
    return request("w", "1", "t", "read", "pii", "C-1");
  }

  @ParameterizedTest
  @EnumSource(names = {"PERMITTED", "FORBIDDEN", "NOT_PERMITTED", "ARGUMENTS_REFUSED"})
  void theSameQuestionIsAskedOnce(Answer what) {
    answer = what;
    RuntimeVerdict first = verdicts.decide(usual());
    answer = Answer.ERRORED;
    assertThat(verdicts.decide(usual())).isEqualTo(first);
    assertThat(first.answer()).isEqualTo(what);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aQuestionThatDiffersAnywhereIsAnother() {
    List<RuntimeRequest> others =
        List.of(
            usual(),
            request("v", "1", "t", "read", "pii", "C-1"),
            request("w", "2", "t", "read", "pii", "C-1"),
            request("w", "1", "u", "read", "pii", "C-1"),
            request("w", "1", "t", "write", "pii", "C-1"),
            request("w", "1", "t", "read", "financial", "C-1"),
            request("w", "1", "t", "read", "pii", "C-2"),
            request("w", "1", "t", "read", "pii", 1L),
            request("w", "1", "t", "read", "pii", true),
            request("w", "1", "t", "read", "pii", "1"));
    others.forEach(verdicts::decide);
    assertThat(asked).isEqualTo(others);
  }

  @Test
  void whatBrokeOffIsAskedAgain() {
    answer = Answer.ERRORED;
    verdicts.decide(usual());
    verdicts.decide(usual());
    assertThat(asked).hasSize(2);
  }

  @Test
  void longRequestsAreNotKept() {
    String text = "x".repeat(RememberedVerdicts.LONGEST);
    verdicts.decide(request("w", "1", "t", "read", "pii", text));
    verdicts.decide(request("w", "1", "t", "read", "pii", text));
    assertThat(asked).hasSize(2);
  }

  @Test
  void twoGenerationsAreKeptAndNoMore() {
    for (long i = 0; i < 2L * RememberedVerdicts.MOST + 1; i++) {
      verdicts.decide(request("w", "1", "t", "read", "pii", i));
    }
    int before = asked.size();
    verdicts.decide(request("w", "1", "t", "read", "pii", 2L * RememberedVerdicts.MOST));
    verdicts.decide(request("w", "1", "t", "read", "pii", (long) RememberedVerdicts.MOST));
    assertThat(asked).hasSize(before);
    verdicts.decide(request("w", "1", "t", "read", "pii", 0L));
    assertThat(asked).as("the oldest is gone").hasSize(before + 1);
  }
}
