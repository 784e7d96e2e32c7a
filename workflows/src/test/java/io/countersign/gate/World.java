package io.countersign.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.activity.ExternalCheckActivities;
import io.countersign.activity.GateJson;
import io.countersign.activity.GrantActivities;
import io.countersign.activity.MessageActivities;
import io.countersign.activity.MessageOutcome;
import io.countersign.activity.RecordActivities;
import io.countersign.activity.Resolution;
import io.countersign.activity.Submission;
import io.countersign.activity.SubmissionActivities;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Requirement;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.temporal.activity.Activity;
import io.temporal.activity.DynamicActivity;
import io.temporal.common.converter.EncodedValues;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Hand-written activities: each behaves well until a test scripts it otherwise, and remembers with
 * what it was called.
 */
final class World
    implements SubmissionActivities,
        ExternalCheckActivities,
        MessageActivities,
        GrantActivities,
        RecordActivities {
  /** One call of one activity. */
  record Call(String activity, Object request, Instant at) {}

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<ReleaseId, List<Letter>> letters = new ConcurrentHashMap<>();
  private final Map<ReleaseId, Resolution> resolutions = new ConcurrentHashMap<>();
  private final Supplier<Instant> clock;

  Function<Submission, Resolution> resolve;
  Function<ReviewRequest, ReviewOutcome> review;
  BiFunction<String, CheckRequest, CheckVerdict> check;
  Function<Preparation, Prepared> prepare;
  Function<String, Object> external;
  Function<Admission, CheckVerdict> admit;
  Function<AssessRequest, MessageOutcome> assess;
  Function<IdentityRequest, IdentityProved> identity;
  Function<GrantRequest, GrantOutcome> grant;
  Function<RevokeRequest, RevokeOutcome> revoke;
  Function<WatchRequest, WatchReport> watch;
  Function<Telling, Void> tell;

  World(Supplier<Instant> clock) {
    this.clock = clock;
    resolve = s -> Rules.resolution(null);
    review = r -> new ReviewOutcome(digest("review " + r.round()), decision(r.release()));
    check = (name, r) -> new CheckVerdict(name, "pass", "fine", digest(name + r.round()));
    prepare = p -> new Prepared(p.round(), "{\"round\":" + p.round() + "}", null);
    external = request -> "signed " + request;
    admit = a -> new CheckVerdict(a.check(), "pass", "fine", digest(a.answer()));
    assess = this::weigh;
    identity = r -> new IdentityProved(now());
    grant = this::granted;
    revoke = r -> new RevokeOutcome(now(), List.of());
    watch = r -> new WatchReport(Drift.NONE, "", null, false);
    tell = t -> null;
  }

  Instant now() {
    return clock.get();
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What this activity was asked, in order. */
  <T> List<T> asked(Class<T> request) {
    return calls.stream()
        .map(Call::request)
        .filter(request::isInstance)
        .map(request::cast)
        .toList();
  }

  /** When the record was first told this. */
  Instant told(EntryKind kind) {
    return calls.stream()
        .filter(call -> call.request() instanceof Telling telling && telling.kind() == kind)
        .findFirst()
        .orElseThrow()
        .at();
  }

  List<String> activities() {
    return calls.stream().map(Call::activity).toList();
  }

  @Override
  public Resolution resolve(Submission submission) {
    calls.add(new Call("Resolve", submission, now()));
    Resolution resolution = resolve.apply(submission);
    resolutions.put(submission.release(), resolution);
    return resolution;
  }

  @Override
  public ReviewOutcome review(ReviewRequest request) {
    calls.add(new Call("Review", request, now()));
    return review.apply(request);
  }

  @Override
  public MessageOutcome assess(AssessRequest request) {
    calls.add(new Call("Assess", request, now()));
    return assess.apply(request);
  }

  @Override
  public IdentityProved proveIdentity(IdentityRequest request) {
    calls.add(new Call("ProveIdentity", request, now()));
    return identity.apply(request);
  }

  @Override
  public GrantOutcome grant(GrantRequest request) {
    calls.add(new Call("Grant", request, now()));
    return grant.apply(request);
  }

  @Override
  public RevokeOutcome revoke(RevokeRequest request) {
    calls.add(new Call("Revoke", request, now()));
    return revoke.apply(request);
  }

  @Override
  public WatchReport watch(WatchRequest request) {
    calls.add(new Call("Watch", request, now()));
    return watch.apply(request);
  }

  @Override
  public void tell(Telling telling) {
    calls.add(new Call("Tell", telling, now()));
    tell.apply(telling);
  }

  @Override
  public Prepared prepare(Preparation preparation) {
    calls.add(new Call("PrepareCheck", preparation, now()));
    return prepare.apply(preparation);
  }

  @Override
  public CheckVerdict admit(Admission admission) {
    calls.add(new Call("AdmitCheckResult", admission, now()));
    return admit.apply(admission);
  }

  /** Stands for every check that somebody else's worker runs. */
  final class Externals implements DynamicActivity {
    @Override
    public Object execute(EncodedValues arguments) {
      String name = Activity.getExecutionContext().getInfo().getActivityType();
      String request = arguments.get(0, String.class);
      calls.add(new Call(name, request, now()));
      return external.apply(request);
    }
  }

  /** Stands for every check. */
  final class Checks implements DynamicActivity {
    @Override
    public Object execute(EncodedValues arguments) {
      String name = Activity.getExecutionContext().getInfo().getActivityType();
      CheckRequest request = arguments.get(0, CheckRequest.class);
      calls.add(new Call(name, request, now()));
      return check.apply(name, request);
    }
  }

  GrantOutcome granted(GrantRequest request) {
    Instant live = now();
    return new GrantOutcome(
        GrantStatus.GRANTED,
        request.generation() % 2 == 1 ? Slot.A : Slot.B,
        "grant-" + request.generation(),
        live,
        live.plus(Rules.VALIDITY.duration()),
        null,
        "role written",
        null,
        null,
        null);
  }

  static GrantOutcome notGranted(GrantStatus status, FailureType type, DecisionView decision) {
    return new GrantOutcome(status, null, null, null, null, type, "not now", decision, null, null);
  }

  /** Where this release stands with what has been accepted. */
  DecisionView decision(ReleaseId release) {
    Map<GateFunction, Integer> open = new TreeMap<>();
    Resolution resolution = resolutions.getOrDefault(release, Rules.resolution(null));
    resolution.requirements().forEach(r -> open.put(r.function(), r.quorum()));
    for (Letter letter : letters.getOrDefault(release, List.of())) {
      if (letter.decision() == SignOffDecision.REJECT) {
        return new DecisionView(
            DecisionView.Status.REJECTED, List.of(), List.of(), FailureType.REJECTED, letter.who());
      } else if (letter.decision() == SignOffDecision.APPROVE) {
        open.merge(letter.function(), -1, Integer::sum);
      } else if (letter.decision() == SignOffDecision.TAKE_BACK) {
        open.merge(letter.function(), 1, Integer::sum);
      }
    }
    List<Requirement> people = new ArrayList<>();
    open.forEach(
        (function, count) -> {
          if (count > 0) {
            people.add(new Requirement(function, count));
          }
        });
    return people.isEmpty()
        ? new DecisionView(DecisionView.Status.APPROVED, List.of(), List.of(), null, null)
        : new DecisionView(DecisionView.Status.PENDING, people, List.of(), null, null);
  }

  private record Letter(SignOffDecision decision, GateFunction function, String who) {}

  /** Accepts everything that is a {@link Letters letter}; what says {@code refuse} is refused. */
  MessageOutcome weigh(AssessRequest request) {
    JsonNode said;
    try {
      said = GateJson.mapper().readTree(request.envelope());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return refused(FailureType.UNREADABLE);
    }
    if (said.has("refuse")) {
      return refused(FailureType.valueOf(said.get("refuse").asText()));
    }
    Digest statement = digest(request.envelope());
    String who = said.path("who").asText();
    if (said.has("order")) {
      OrderKind order = OrderKind.parse(said.get("order").asText());
      ReleaseId of = ReleaseId.parse(said.get("of").asText());
      return new MessageOutcome(
          null,
          null,
          null,
          order,
          of,
          who,
          statement,
          who + " orders " + order,
          decision(request.release()),
          said.path("by").asText(null));
    }
    SignOffDecision decision = SignOffDecision.parse(said.path("say").asText());
    GateFunction function = GateFunction.parse(said.path("function").asText());
    letters
        .computeIfAbsent(request.release(), r -> new CopyOnWriteArrayList<>())
        .add(new Letter(decision, function, who));
    return new MessageOutcome(
        null,
        decision,
        function,
        null,
        null,
        who,
        statement,
        who + " " + decision + " " + function,
        decision(request.release()),
        said.path("by").asText(null));
  }

  static MessageOutcome refused(FailureType type) {
    return new MessageOutcome(
        type, null, null, null, null, null, null, type.sentence(), null, null);
  }
}
