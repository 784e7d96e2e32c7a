package io.countersign.bench;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The engine called by hand, as well as its library allows: policy set and schema parsed once and
 * kept in the engine's memory, the request validated against the schema as the product has it.
 */
final class BareCedar {
  private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
  private final PolicySet policies;
  private final Schema schema;
  private final String workload;
  private final ReleaseId release;
  private final AuthorizationRequest prepared;
  private final Set<Entity> entities;

  BareCedar(Path policy, String workload, ReleaseId release) throws IOException {
    this.workload = workload;
    this.release = release;
    try (InputStream shipped =
        BareCedar.class.getResourceAsStream("/io/countersign/runtime/countersign.cedarschema")) {
      schema =
          Schema.parse(
              Schema.JsonOrCedar.Cedar,
              new String(Objects.requireNonNull(shipped).readAllBytes(), StandardCharsets.UTF_8)
                  + "\n"
                  + Files.readString(policy.resolve("arguments.cedarschema")));
      policies = PolicySet.parsePolicies(Files.readString(policy.resolve("fraud-scorer.cedar")));
      schema.cache();
      policies.cache();
    } catch (InternalException | CacheException e) {
      throw new IllegalStateException(e);
    }
    prepared = request();
    entities = entities();
  }

  /** Nothing but the call: request and entities were made before. */
  boolean call() {
    return allowed(prepared, entities);
  }

  /** The call with a request and entities of its own, as every request has them. */
  boolean callAnew() {
    return allowed(request(), entities());
  }

  private boolean allowed(AuthorizationRequest request, Set<Entity> about) {
    try {
      return engine
          .isAuthorized(request, policies, about)
          .success
          .map(AuthorizationSuccessResponse::isAllowed)
          .orElse(false);
    } catch (AuthException e) {
      throw new IllegalStateException(e);
    }
  }

  private AuthorizationRequest request() {
    Map<String, Value> context =
        Map.of(
            "permission",
            id("Permission", Asked.PERMISSION),
            "dataClasses",
            new CedarList(List.of(id("DataClass", Asked.DATA_CLASS))),
            "release",
            id("Release", release.toString()),
            "arguments",
            new CedarMap(
                Map.of("case", new PrimString("C-1042"), "status", new PrimString("open"))));
    return new AuthorizationRequest(
        id("Workload", workload),
        id("Action", "call"),
        id("Tool", Asked.TOOL),
        Optional.of(context),
        Optional.of(schema),
        true);
  }

  private Set<Entity> entities() {
    EntityUID of = id("Release", release.toString());
    return Set.of(
        new Entity(id("Workload", workload), Set.of(of)),
        new Entity(id("Tool", Asked.TOOL)),
        new Entity(
            of,
            Map.of(
                "environment", new PrimString(release.environment()),
                "system", new PrimString(release.system()),
                "version", new PrimString(release.version())),
            Set.of()));
  }

  private static final Map<String, EntityTypeName> TYPES =
      Map.of(
          "Workload", type("Workload"),
          "Tool", type("Tool"),
          "Action", type("Action"),
          "Release", type("Release"),
          "DataClass", type("DataClass"),
          "Permission", type("Permission"));

  private static EntityTypeName type(String name) {
    return EntityTypeName.parse("Countersign::" + name).orElseThrow();
  }

  private static EntityUID id(String type, String name) {
    return Objects.requireNonNull(TYPES.get(type)).of(name);
  }
}
