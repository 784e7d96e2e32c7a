package io.countersign.activities.adapter.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretText;
import io.countersign.policy.GatePolicy.OciPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One repository of a registry for one reading. A registry may send for a token to the realm that
 * the gate policy names and to no other; the token is asked for this repository and for pulling
 * alone, whatever the registry proposes. Source: Distribution Registry v2 "Token Authentication
 * Specification".
 *
 * <p>The worker's credential goes to the realm when there is one, and to the registry otherwise;
 * what the registry leads to elsewhere gets neither it nor the token.
 */
final class RegistryTrust implements Trust {
  private static final int ANSWER_LIMIT = 64 * 1024;
  private static final Pattern BEARER =
      Pattern.compile("Bearer\\s+(.{1,4096})", Pattern.CASE_INSENSITIVE);
  private static final Pattern PARAMETER =
      Pattern.compile("([a-z_]{1,32})\\s*=\\s*\"([^\"\\\\]{0,2048})\"", Pattern.CASE_INSENSITIVE);
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,32768}");

  private final OciPlace place;
  private final String repository;
  private final Trust elsewhere;
  private final HttpReader http;
  private final Credentials credentials;
  private final Bounds bounds;
  private final Progress progress;
  private @Nullable SecretText token;

  /**
   * @param elsewhere where the registry may lead to
   */
  RegistryTrust(
      OciPlace place,
      String repository,
      Trust elsewhere,
      HttpReader http,
      Credentials credentials,
      Bounds bounds,
      Progress progress) {
    this.place = place;
    this.repository = repository;
    this.elsewhere = elsewhere;
    this.http = http;
    this.credentials = credentials;
    this.bounds = bounds;
    this.progress = progress;
  }

  /** A manifest or a blob of the repository. */
  Address address(String kind, String reference) {
    return Address.parse(prefix() + kind + "/" + reference);
  }

  private String prefix() {
    return place.registry() + "/v2/" + repository + "/";
  }

  @Override
  public Map<String, String> headers(Address address) {
    if (!here(address)) {
      return elsewhere.headers(address);
    }
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", OciManifest.ACCEPTED + ", */*");
    if (token != null) {
      headers.put("Authorization", token.reveal());
    } else if (place.tokenRealm() == null) {
      headers.putAll(credential());
    }
    return headers;
  }

  private boolean here(Address address) {
    return address.below(Address.parse(prefix()));
  }

  private Map<String, String> credential() {
    String name = place.credential();
    return name == null
        ? Map.of()
        : Map.of("Authorization", credentials.authorization(name).reveal());
  }

  @Override
  public boolean challenged(Address address, @Nullable String challenge) {
    Matcher bearer = BEARER.matcher(String.valueOf(challenge));
    if (!here(address) || !bearer.matches()) {
      return false;
    }
    Map<String, String> parameters = new HashMap<>();
    Matcher parameter = PARAMETER.matcher(bearer.group(1));
    while (parameter.find()) {
      parameters.putIfAbsent(parameter.group(1), parameter.group(2));
    }
    String realm = place.tokenRealm();
    if (realm == null || !realm.equals(parameters.get("realm"))) {
      throw Refusals.refused(
          "a registry that sends for a token to a realm that the gate policy does not name",
          address.toString());
    }
    token = token(Address.parse(realm), parameters.getOrDefault("service", ""));
    return true;
  }

  private SecretText token(Address realm, String service) {
    Map<String, String> asked = new TreeMap<>();
    asked.put("scope", "repository:" + repository + ":pull");
    if (!service.isEmpty()) {
      asked.put("service", service);
    }
    byte[] answer =
        new Download(http, address -> atRealm(realm, address), bounds, progress)
            .document(realm.asking(asked), ANSWER_LIMIT);
    try {
      JsonNode json = ForeignJson.object(answer);
      JsonNode found = json.has("token") ? json.path("token") : json.path("access_token");
      if (found.isTextual() && TOKEN.matcher(found.textValue()).matches()) {
        return SecretText.of("Bearer " + found.textValue());
      }
    } catch (IllegalArgumentException e) {
      throw Refusals.unavailable("answers with something that is no token", realm.toString(), e);
    }
    throw Refusals.unavailable("answers without a token", realm.toString());
  }

  private Map<String, String> atRealm(Address realm, Address address) {
    if (!address.uri().equals(realm.uri())) {
      throw Refusals.refused("a realm that leads elsewhere", address.toString());
    }
    return credential();
  }
}
