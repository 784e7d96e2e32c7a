package io.countersign.gate;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/** A test on a stage of its own. */
@EveryCache
@Timeout(120)
abstract class GateScenario {
  @Parameter int cache;
  Stage stage;
  World world;

  /** Holds an activity that a test scripted to wait for it; opened at the end at the latest. */
  final CountDownLatch latch = new CountDownLatch(1);

  @BeforeEach
  void open() {
    stage = new Stage(cache);
    world = stage.world;
  }

  @AfterEach
  void close() {
    latch.countDown();
    stage.close();
  }

  <T> T whenOpen(T answer) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test did not open the latch");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GateFailures.of(FailureType.INTERNAL, "interrupted");
    }
    return answer;
  }

  static RuntimeException failing(FailureType type) {
    return GateFailures.of(type, "scripted");
  }

  static RuntimeException failingForGood(FailureType type) {
    return GateFailures.lasting(type, "scripted");
  }
}
