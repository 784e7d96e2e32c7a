package io.countersign.worker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@code GET /v1/trust}: whose signatures the evidence carries. Nothing of it is secret. */
public final class TrustPage implements Page {
  private static final List<String> PLACE = List.of("v1", "trust");

  private final Supplier<ObjectNode> trust;

  public TrustPage(Supplier<ObjectNode> trust) {
    this.trust = trust;
  }

  @Override
  public Optional<Answer> answer(Target target) {
    if (!target.segments().equals(PLACE)) {
      return Optional.empty();
    }
    target.allowOnly(Set.of());
    byte[] json = trust.get().toString().getBytes(StandardCharsets.UTF_8);
    return Optional.of(new Answer(Answer.JSON, out -> out.write(json)));
  }
}
