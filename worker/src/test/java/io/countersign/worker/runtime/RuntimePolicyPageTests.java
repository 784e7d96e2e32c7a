package io.countersign.worker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.runtime.DecisionReason;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/runtime-policy.md shows is what a decision point does. */
class RuntimePolicyPageTests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String page = page();

  private static String page() {
    try {
      return Files.readString(Path.of("..", "docs", "runtime-policy.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String found(String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(page);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  @Test
  void theRequestOfThePageIsAnsweredAsItSays() throws IOException {
    try (Counter counter = new Counter()) {
      HttpResponse<String> answer =
          counter.ask(
              found("\\$DECISIONS(/[a-z0-9/]+)\""),
              found("--data '(.*?)'").replace("spiffe://prod.example.com/", "spiffe://prod/"));
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode told = JSON.readTree(answer.body());
      JsonNode shown = JSON.readTree(found("```json\n(.*?)\n```"));
      assertThat(names(told)).isEqualTo(names(shown));
      assertThat(names(told.path("context"))).isEqualTo(names(shown.path("context")));
      assertThat(told.path("decision").asBoolean()).isTrue();
      assertThat(told.path("context").path("reason"))
          .isEqualTo(shown.path("context").path("reason"));
    }
  }

  @Test
  void everyReasonIsOnThePage() {
    assertThat(DecisionReason.values())
        .allSatisfy(reason -> assertThat(page).contains("`" + reason.name() + "`"));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
