package io.countersign.activities.adapter.cedar;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.PartialAuthorizationRequest;
import com.cedarpolicy.model.PartialAuthorizationSuccessResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Unknown;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** A policy set in the engine's memory. The engine validates each request against the schema. */
final class CedarPolicy implements RuntimePolicy {
  private static final String ARGUMENTS = "arguments";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final PolicySet policies;
  private final Schema schema;
  private final String declared;
  private final Set<String> names;
  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();

  /**
   * @param declared the schema with its arguments, without comments and layout
   */
  CedarPolicy(PolicySet policies, Schema schema, String declared, Set<String> names) {
    this.policies = policies;
    this.schema = schema;
    this.declared = declared;
    this.names = Set.copyOf(names);
  }

  @Override
  public RuntimeVerdict decide(RuntimeRequest request) {
    try {
      Map<String, Value> context = Entities.context(request);
      context.put(ARGUMENTS, arguments(request));
      AuthorizationResponse response =
          engine.isAuthorized(
              new AuthorizationRequest(
                  Entities.workload(request),
                  Entities.call(),
                  Entities.tool(request),
                  Optional.of(context),
                  Optional.of(schema),
                  true),
              policies,
              Entities.of(request));
      return response
          .success
          .map(CedarPolicy::verdict)
          .orElseGet(() -> new RuntimeVerdict(RuntimeVerdict.Answer.ARGUMENTS_REFUSED, List.of()));
    } catch (AuthException | RuntimeException e) {
      return new RuntimeVerdict(RuntimeVerdict.Answer.ERRORED, List.of());
    }
  }

  private static RuntimeVerdict verdict(AuthorizationSuccessResponse answer) {
    if (!answer.getErrors().isEmpty()) {
      return new RuntimeVerdict(
          RuntimeVerdict.Answer.ERRORED,
          answer.getErrors().stream()
              .map(AuthorizationSuccessResponse.AuthorizationError::getPolicyId)
              .toList());
    }
    List<String> reasons = List.copyOf(answer.getReason());
    if (answer.isAllowed()) {
      return new RuntimeVerdict(RuntimeVerdict.Answer.PERMITTED, reasons);
    }
    return new RuntimeVerdict(
        reasons.isEmpty() ? RuntimeVerdict.Answer.NOT_PERMITTED : RuntimeVerdict.Answer.FORBIDDEN,
        reasons);
  }

  private static Value arguments(RuntimeRequest request) {
    Map<String, Value> values = new HashMap<>();
    request
        .arguments()
        .forEach(
            (name, value) ->
                values.put(
                    name,
                    value instanceof String text
                        ? new PrimString(text)
                        : value instanceof Long number
                            ? new PrimLong(number)
                            : new PrimBool((Boolean) value)));
    return new CedarMap(values);
  }

  @Override
  public Prospect prospect(RuntimeRequest request) {
    return DeepStack.call(
        () -> {
          Map<String, Value> context = Entities.context(request);
          context.put(ARGUMENTS, new Unknown(ARGUMENTS));
          EntityUID tool = Entities.tool(request).getEUID();
          try {
            return engine
                .isAuthorizedPartial(
                    PartialAuthorizationRequest.builder()
                        .principal(Entities.workload(request).getEUID())
                        .action(Entities.call().getEUID())
                        .resource(tool)
                        .context(context)
                        .build(),
                    policies,
                    Entities.of(request))
                .success
                .map(this::prospect)
                .orElseGet(() -> new Prospect(Possibility.ERRORED, Digest.of(new byte[0])));
          } catch (AuthException e) {
            throw new GateException(
                FailureType.INTERNAL, "the engine for runtime policies does not work", e);
          }
        });
  }

  private Prospect prospect(PartialAuthorizationSuccessResponse answer) {
    SortedSet<String> left = new TreeSet<>();
    answer
        .getResiduals()
        .forEach(
            (name, policy) -> {
              // What does not hold whatever the arguments are is not there for such requests.
              if (answer.getNontrivialResiduals().contains(name)
                  || answer.getSatisfied().contains(name)
                  || answer.getErrored().contains(name)) {
                left.add(policy.path("effect").asText() + " " + inOrder(policy.path("conditions")));
              }
            });
    left.add("arguments " + declared);
    return new Prospect(
        possible(answer), Digest.of(String.join("\n", left).getBytes(StandardCharsets.UTF_8)));
  }

  /** Keys in order; numbers as they are, which RFC 8785 would round. */
  static String inOrder(JsonNode json) {
    try {
      return JSON.writeValueAsString(JSON.treeToValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the engine's answer is no JSON", e);
    }
  }

  private static Possibility possible(PartialAuthorizationSuccessResponse answer) {
    if (!answer.getErrored().isEmpty()) {
      return Possibility.ERRORED;
    }
    AuthorizationSuccessResponse.Decision decision = answer.getDecision();
    if (decision == null) {
      return Possibility.SOMETIMES;
    }
    return decision == AuthorizationSuccessResponse.Decision.Allow
        ? Possibility.ALWAYS
        : Possibility.NEVER;
  }

  @Override
  public Set<String> names() {
    return names;
  }
}
