package io.countersign.tries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Properties that cannot fail would prove nothing. */
class TriesTests {
  @Test
  void drawsOtherValuesInEveryTry() {
    List<Long> drawn = new ArrayList<>();
    Tries.of(100, random -> drawn.add(random.nextLong()));
    assertThat(drawn).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void namesTheSeedThatRepeatsTheFailure() {
    List<Integer> failed = new ArrayList<>();
    Tries.Property property =
        random -> {
          int drawn = random.nextInt(1000);
          if (drawn > 900) {
            failed.add(drawn);
            throw new AssertionError("drew " + drawn);
          }
        };
    assertThatThrownBy(() -> Tries.of(1000, property))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("drew")
        .satisfies(
            failure -> {
              Matcher seed = Pattern.compile("tries.seed=(-?\\d+)").matcher(failure.getMessage());
              assertThat(seed.find()).isTrue();
              assertThatThrownBy(
                      () -> property.holds(new java.util.Random(Long.parseLong(seed.group(1)))))
                  .hasMessageContaining("drew " + failed.get(0));
            });
  }
}
