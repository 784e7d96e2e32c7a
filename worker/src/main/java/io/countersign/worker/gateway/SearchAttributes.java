package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.Board;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The search attributes that the gate shows itself by. A namespace without them refuses every
 * release, so a worker registers them. Never changes one that is there.
 */
public final class SearchAttributes {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TemporalConnection connection;

  public SearchAttributes(TemporalConnection connection) {
    this.connection = connection;
  }

  /** What the gate needs, by name. */
  static SortedMap<String, IndexedValueType> wanted() {
    SortedMap<String, IndexedValueType> wanted = new TreeMap<>();
    for (SearchAttributeKey<?> key :
        List.of(
            Board.STATE,
            Board.TIER,
            Board.SYSTEM,
            Board.ENVIRONMENT,
            Board.AWAITING,
            Board.DIGEST)) {
      wanted.put(key.getName(), key.getValueType());
    }
    return wanted;
  }

  /**
   * Registers what is missing, and answers the names. TEMPORAL_UNAVAILABLE when Temporal does not
   * answer or does not let this identity register, when one is there with another type too.
   */
  public List<String> register() {
    OperatorServiceStubs stubs = open();
    try {
      SortedMap<String, IndexedValueType> missing = missing(stubs);
      if (!missing.isEmpty()) {
        add(stubs, missing);
      }
      return List.copyOf(missing.keySet());
    } catch (StatusRuntimeException e) {
      throw unavailable(e);
    } finally {
      stubs.shutdownNow();
    }
  }

  /** Names of what is missing; registers nothing. */
  public List<String> missing() {
    OperatorServiceStubs stubs = open();
    try {
      return List.copyOf(missing(stubs).keySet());
    } catch (StatusRuntimeException e) {
      throw unavailable(e);
    } finally {
      stubs.shutdownNow();
    }
  }

  private SortedMap<String, IndexedValueType> missing(OperatorServiceStubs stubs) {
    Map<String, IndexedValueType> there =
        stubs
            .blockingStub()
            .listSearchAttributes(
                ListSearchAttributesRequest.newBuilder()
                    .setNamespace(connection.namespace())
                    .build())
            .getCustomAttributesMap();
    SortedMap<String, IndexedValueType> missing = new TreeMap<>();
    wanted()
        .forEach(
            (name, type) -> {
              IndexedValueType found = there.get(name);
              if (found == null) {
                missing.put(name, type);
              } else if (found != type) {
                throw new GateException(
                    FailureType.TEMPORAL_UNAVAILABLE,
                    "search attribute " + name + " is registered with another type than " + type);
              }
            });
    return missing;
  }

  /** Two workers that start together may both find one missing. */
  private void add(OperatorServiceStubs stubs, Map<String, IndexedValueType> missing) {
    try {
      stubs
          .blockingStub()
          .addSearchAttributes(
              AddSearchAttributesRequest.newBuilder()
                  .setNamespace(connection.namespace())
                  .putAllSearchAttributes(missing)
                  .build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS || !missing(stubs).isEmpty()) {
        throw e;
      }
    }
  }

  private OperatorServiceStubs open() {
    return OperatorServiceStubs.newServiceStubs(
        TemporalStubs.secured(
                OperatorServiceStubsOptions.newBuilder()
                    .setTarget(connection.address())
                    .setRpcTimeout(PATIENCE),
                connection)
            .validateAndBuildWithDefaults());
  }

  private GateException unavailable(StatusRuntimeException e) {
    return new GateException(
        FailureType.TEMPORAL_UNAVAILABLE,
        "the search attributes of namespace '"
            + connection.namespace()
            + "' cannot be read or registered ("
            + e.getStatus().getCode()
            + "); an administrator can: "
            + String.join(", ", wanted().keySet()),
        e);
  }
}
