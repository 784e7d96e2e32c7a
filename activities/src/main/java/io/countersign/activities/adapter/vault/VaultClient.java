package io.countersign.activities.adapter.vault;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Raw paths of one server under one identity. Every answer is one of: what Vault holds, "not there"
 * (only when Vault itself says so in its own form), or a failure of the catalogue. The driver takes
 * any body, even a proxy's page, for an empty list; an empty list is what proves a revocation, so
 * bodies are parsed here.
 */
final class VaultClient {
  private final VaultSession session;

  VaultClient(VaultSettings settings, VaultIdentity identity, Clock clock) {
    this.session = new VaultSession(new VaultDriver(settings), identity, clock);
  }

  /** The data at this path; empty when there is none. */
  Optional<JsonObject> read(String path) {
    return data("read of " + path, call("read of " + path, vault -> vault.logical().read(path)));
  }

  /** As {@link #read}, of what Vault answers 400 about when it does not know the name. */
  Optional<JsonObject> readKnown(String path) {
    String what = "read of " + path;
    Answer answer = answer(vault -> vault.logical().read(path), what);
    return answer.status() == 400 ? Optional.empty() : data(what, accepted(what, answer));
  }

  /** The keys below this path; empty when there are none. */
  List<String> list(String path) {
    String what = "list of " + path;
    Optional<JsonObject> data =
        data(what, call(what, vault -> vault.logical().read(path + "?list=true")));
    List<String> keys = new ArrayList<>();
    if (data.isPresent()) {
      JsonValue found = data.get().get("keys");
      if (found == null || !found.isArray()) {
        throw garbled(what);
      }
      found.asArray().forEach(key -> keys.add(key.asString()));
    }
    return keys;
  }

  /**
   * Writes and returns what Vault answers, if anything. A path that does not exist is
   * NOT_ONBOARDED.
   */
  Optional<JsonObject> write(String path, Map<String, Object> body) {
    String what = "write of " + path;
    Answer answer = call(what, vault -> vault.logical().write(path, body));
    if (answer.status() == 404) {
      throw new GateException(FailureType.NOT_ONBOARDED, what + " found no mount");
    }
    return written(what, answer);
  }

  /**
   * Asks by writing; empty when Vault does not know what the body names, for which it answers 400.
   */
  Optional<JsonObject> ask(String path, Map<String, Object> body) {
    String what = "question to " + path;
    Answer answer = answer(vault -> vault.logical().write(path, body), what);
    return answer.status() == 400 ? Optional.empty() : written(what, accepted(what, answer));
  }

  /** Deletes; nothing there is as good. */
  void delete(String path) {
    call("delete of " + path, vault -> vault.logical().delete(path));
  }

  private static Optional<JsonObject> written(String what, Answer answer) {
    if (answer.status() == 204) {
      return Optional.empty();
    }
    JsonValue data = parse(what, answer.body()).get("data");
    return data != null && data.isObject() ? Optional.of(data.asObject()) : Optional.empty();
  }

  private Answer call(String what, Operation operation) {
    return accepted(what, answer(operation, what));
  }

  private Answer answer(Operation operation, String what) {
    Vault vault = session.vault();
    Answer answer = attempt(what, operation, vault);
    if (answer.status() == 403 && session.denied(vault)) {
      answer = attempt(what, operation, session.vault());
    }
    return answer;
  }

  private static Answer accepted(String what, Answer answer) {
    int status = answer.status();
    if (status == 403) {
      throw new GateException(FailureType.VAULT_DENIED, what + " answered 403");
    }
    if (status == 200 || status == 204 || status == 404) {
      return answer;
    }
    if (status >= 400
        && status < 500
        && status != 412
        && status != 429
        && status != 472
        && status != 473) {
      throw new GateException(
          FailureType.VAULT_DENIED, what + " was refused as invalid (" + status + ")");
    }
    throw new GateException(FailureType.VAULT_UNAVAILABLE, what + " answered " + status);
  }

  private static Answer attempt(String what, Operation operation, Vault vault) {
    try {
      LogicalResponse response = operation.run(vault);
      byte[] body = response.getRestResponse().getBody();
      return new Answer(
          response.getRestResponse().getStatus(),
          body == null ? "" : new String(body, StandardCharsets.UTF_8));
    } catch (VaultException e) {
      // The driver throws for some statuses and returns others, by operation.
      if (e.getHttpStatusCode() >= 400 && e.getHttpStatusCode() < 500) {
        return new Answer(e.getHttpStatusCode(), "");
      }
      throw VaultDriver.unavailable(what, e);
    }
  }

  private static Optional<JsonObject> data(String what, Answer answer) {
    JsonObject body = parse(what, answer.body());
    if (answer.status() == 404) {
      // A list of nothing carries data without keys or no data at all; both carry Vault's own
      // fields.
      if (body.get("errors") == null && body.get("request_id") == null) {
        throw garbled(what);
      }
      return Optional.empty();
    }
    JsonValue data = body.get("data");
    if (data == null || !data.isObject()) {
      throw garbled(what);
    }
    return Optional.of(data.asObject());
  }

  private static JsonObject parse(String what, String body) {
    try {
      JsonValue value = Json.parse(body);
      if (value.isObject()) {
        return value.asObject();
      }
    } catch (ParseException e) {
      throw garbled(what);
    }
    throw garbled(what);
  }

  private static GateException garbled(String what) {
    return new GateException(FailureType.VAULT_UNAVAILABLE, what + " was not answered by Vault");
  }

  private interface Operation {
    LogicalResponse run(Vault vault) throws VaultException;
  }

  private record Answer(int status, String body) {}
}
