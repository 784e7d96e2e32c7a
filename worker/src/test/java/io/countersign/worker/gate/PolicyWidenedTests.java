package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.FrozenRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release whose runtime policy permits more, and which is otherwise its predecessor. */
class PolicyWidenedTests {
  private static final String FIRST = "2026.11.1";
  private static final String LATER = "2026.11.9";

  @TempDir Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = new UnitHouse(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  /** The predecessor leaves closed cases alone; this one does not, or as the text says. */
  private ReleaseId later(String policy) throws IOException {
    house.live(FIRST);
    house.example.derive(FIRST, LATER);
    Path root = house.example.directory();
    Path files = Files.createDirectories(root.resolve("policy/9"));
    Files.copy(
        root.resolve("policy/1/arguments.cedarschema"), files.resolve("arguments.cedarschema"));
    Files.writeString(files.resolve("fraud-scorer.cedar"), policy);
    Path manifest = root.resolve("releases").resolve(LATER).resolve("release.yaml");
    String text = Files.readString(manifest);
    assertThat(text).contains("policy/1/");
    Files.writeString(
        manifest, text.replace("policy/1/", "policy/9/").replace("validity: 30d", "validity: 14d"));
    return house.awaiting(LATER);
  }

  private String policy() throws IOException {
    return Files.readString(house.example.directory().resolve("policy/1/fraud-scorer.cedar"));
  }

  private String withoutForbid() throws IOException {
    String policy = policy();
    return policy.substring(0, policy.indexOf("// A forbid wins"));
  }

  @Test
  void theTierRisesAndPeopleAreToldWhy() throws IOException {
    ReleaseId id = later(withoutForbid());
    GateView view = house.view(id);
    assertThat(view.tier()).isEqualTo("elevated");
    assertThat(view.differences())
        .contains("Its runtime policy may permit more: security.runtime-policy says what.");
    assertThat(view.checks())
        .filteredOn(check -> check.check().equals("security.runtime-policy"))
        .singleElement()
        .satisfies(
            check ->
                assertThat(String.valueOf(check.findings()))
                    .contains(
                        "may now call for other arguments than before: refund.lookup (read)"));
    house.approveAll(id);
    house.approve(id, "sina@example.com", GateFunction.SECURITY);
    house.await(id, GateState.LIVE);
  }

  @Test
  void anotherTextThatPermitsTheSameIsNoWider() throws IOException {
    ReleaseId id = later("// Said otherwise.\n" + policy());
    GateView view = house.view(id);
    assertThat(view.tier()).isEqualTo("strong");
    house.approveAll(id);
    house.await(id, GateState.LIVE);
  }

  /** Somebody with the worker's login to the record leaves the widening out. */
  @Test
  void aWideningThatIsHiddenGrantsNothing() throws IOException {
    house.record.freezing = frozen -> frozen.id().version().equals(LATER) ? hidden(frozen) : frozen;
    ReleaseId id = later(withoutForbid());
    assertThat(house.view(id).tier()).isEqualTo("strong");
    house.approveAll(id);
    GateView end = house.await(id, GateState.REJECTED);
    assertThat(end.reasonType()).isEqualTo(FailureType.RECORD_CONFLICT);
    assertThat(end.reason()).contains("the frozen tier");
    assertThat(house.login(LATER)).isEmpty();
  }

  private FrozenRelease hidden(FrozenRelease r) {
    ObjectNode scope = (ObjectNode) Dossiers.json(r.scope());
    List<String> changes = new ArrayList<>();
    scope.path("changes").forEach(change -> changes.add(change.asText()));
    changes.remove("policy-widened");
    scope.remove("changes");
    changes.forEach(change -> scope.withArray("changes").add(change));
    return new FrozenRelease(
        r.id(),
        r.releaseDigest(),
        r.submitter(),
        r.submission(),
        r.manifest(),
        r.gateDigest(),
        r.approversDigest(),
        r.reviewRound(),
        "strong",
        house.record.releases().frozen(UnitHouse.release(FIRST)).orElseThrow().requirements(),
        r.predecessor(),
        Dossiers.document(scope),
        r.frozenAt());
  }
}
