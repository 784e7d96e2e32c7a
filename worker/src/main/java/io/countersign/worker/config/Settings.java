package io.countersign.worker.config;

import io.countersign.activities.adapter.postgres.DatabasePassword;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.adapter.timestamp.HttpTimeStampAuthority;
import io.countersign.activities.adapter.timestamp.TimeStampTokens;
import io.countersign.activities.adapter.vault.VaultIdentity;
import io.countersign.activities.adapter.vault.VaultSettings;
import io.countersign.activities.batch.BatchLimits;
import io.countersign.activities.live.LiveLimits;
import io.countersign.activities.port.TimeStampAuthority;
import io.countersign.release.Span;
import io.countersign.worker.api.ApiSettings;
import io.countersign.worker.api.CodecSettings;
import io.countersign.worker.codec.PayloadKey;
import io.countersign.worker.gateway.TemporalConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one process: environment variables over an optional properties file, which is
 * {@code COUNTERSIGN_CONFIG} or else {@code ./.countersign/countersign.properties}. Names are in
 * {@link Setting}. An unknown or empty one is refused when settings are read, one that is missing
 * or not of its form when it is asked for, with {@link InvalidSettingException}. Relative paths
 * begin at the properties file, or at the working directory for variables.
 */
public final class Settings {
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s/:]+:[0-9]{1,5}|\\[[^\\s/]+]:[0-9]{1,5}");

  private final Map<Setting, Value> values;

  /**
   * @param where for messages: file or environment, and name
   * @param directory where a relative path begins
   */
  record Value(String text, String where, Path directory) {}

  Settings(Map<Setting, Value> values) {
    this.values = values.isEmpty() ? Map.of() : new EnumMap<>(values);
  }

  /** The settings of this process. */
  public static Settings ofThisProcess() {
    return read(System.getenv(), Path.of(""));
  }

  /** Settings from this environment, and from the file that it or the directory has. */
  public static Settings read(Map<String, String> environment, Path workingDirectory) {
    return new SettingsReader(environment, workingDirectory).read();
  }

  /** How clients and workers reach Temporal; the dev server's address unless set. */
  public TemporalConnection temporal() {
    if (given(Setting.TEMPORAL_TLS_CERT) != given(Setting.TEMPORAL_TLS_KEY)) {
      throw missing(
          given(Setting.TEMPORAL_TLS_CERT) ? Setting.TEMPORAL_TLS_KEY : Setting.TEMPORAL_TLS_CERT);
    }
    return new TemporalConnection(
        text(Setting.TEMPORAL_ADDRESS)
            .map(address -> matching(Setting.TEMPORAL_ADDRESS, ADDRESS, address))
            .orElse("127.0.0.1:7233"),
        text(Setting.TEMPORAL_NAMESPACE).orElse("default"),
        flag(Setting.TEMPORAL_TLS),
        path(Setting.TEMPORAL_TLS_CA).orElse(null),
        path(Setting.TEMPORAL_TLS_CERT).orElse(null),
        path(Setting.TEMPORAL_TLS_KEY).orElse(null),
        path(Setting.TEMPORAL_API_KEY_FILE).orElse(null));
  }

  public Path gateFile() {
    return requiredPath(Setting.GATE_FILE);
  }

  public Path approversFile() {
    return requiredPath(Setting.APPROVERS_FILE);
  }

  public Optional<Path> givenGateFile() {
    return path(Setting.GATE_FILE);
  }

  public Optional<Path> givenApproversFile() {
    return path(Setting.APPROVERS_FILE);
  }

  /** Whose two signatures gate and approvers file need; required outside development. */
  public Path policyOwnersFile() {
    return requiredPath(Setting.POLICY_OWNERS_FILE);
  }

  /** Whether unsigned gate and approvers files are taken. */
  public boolean development() {
    return flag(Setting.DEVELOPMENT);
  }

  public VaultSettings vault() {
    VaultSettings usual = checked(Setting.VAULT_ADDRESS, () -> VaultSettings.of(vaultAddress()));
    return new VaultSettings(
        usual.address(),
        text(Setting.VAULT_NAMESPACE).orElse(null),
        path(Setting.VAULT_CA).orElse(null),
        usual.openTimeout(),
        usual.readTimeout());
  }

  private URI vaultAddress() {
    return URI.create(required(Setting.VAULT_ADDRESS));
  }

  /** Who writes and revokes. */
  public VaultIdentity vaultGrant() {
    return identity(
        Setting.VAULT_GRANT_TOKEN_FILE,
        Setting.VAULT_GRANT_JWT_FILE,
        Setting.VAULT_GRANT_MOUNT,
        Setting.VAULT_GRANT_ROLE);
  }

  /** Who only reads. */
  public VaultIdentity vaultWatch() {
    return identity(
        Setting.VAULT_WATCH_TOKEN_FILE,
        Setting.VAULT_WATCH_JWT_FILE,
        Setting.VAULT_WATCH_MOUNT,
        Setting.VAULT_WATCH_ROLE);
  }

  /**
   * Whether a worker brings the record's schema up to date itself; true unless set. A worker whose
   * login owns nothing leaves that to {@code countersign migrate}.
   */
  public boolean postgresMigrate() {
    return !given(Setting.POSTGRES_MIGRATE) || flag(Setting.POSTGRES_MIGRATE);
  }

  public PostgresSettings postgres() {
    String url = required(Setting.POSTGRES_URL);
    String user = required(Setting.POSTGRES_USER);
    Path password = requiredPath(Setting.POSTGRES_PASSWORD_FILE);
    return checked(
        Setting.POSTGRES_URL,
        () -> PostgresSettings.of(url, user, DatabasePassword.ofFile(password)));
  }

  /** Where the worker's HTTP interface listens; nowhere unless set. */
  public Optional<ApiSettings> api() {
    if (given(Setting.API_TLS_CERT) != given(Setting.API_TLS_KEY)) {
      throw missing(given(Setting.API_TLS_CERT) ? Setting.API_TLS_KEY : Setting.API_TLS_CERT);
    }
    return text(Setting.API_ADDRESS)
        .map(address -> matching(Setting.API_ADDRESS, ADDRESS, address))
        .map(
            address ->
                checked(
                    Setting.API_ADDRESS,
                    () ->
                        ApiSettings.of(
                            address,
                            apiUrl().map(URI::toString).orElse(null),
                            path(Setting.API_TLS_CERT).orElse(null),
                            path(Setting.API_TLS_KEY).orElse(null))));
  }

  /** How the worker's HTTP interface is addressed. */
  public Optional<URI> apiUrl() {
    return text(Setting.API_URL)
        .map(url -> checked(Setting.API_URL, () -> ApiSettings.requireUrl(url)));
  }

  /** How this process decides at request time; it does not unless an address is set. */
  public Optional<DecisionSettings> decisions() {
    if (given(Setting.DECISIONS_TLS_CERT) != given(Setting.DECISIONS_TLS_KEY)) {
      throw missing(
          given(Setting.DECISIONS_TLS_CERT)
              ? Setting.DECISIONS_TLS_KEY
              : Setting.DECISIONS_TLS_CERT);
    }
    return text(Setting.DECISIONS_ADDRESS)
        .map(address -> matching(Setting.DECISIONS_ADDRESS, ADDRESS, address))
        .map(
            address -> {
              ApiSettings http =
                  checked(
                      Setting.DECISIONS_ADDRESS,
                      () ->
                          ApiSettings.of(
                              address,
                              decisionsUrl(),
                              path(Setting.DECISIONS_TLS_CERT).orElse(null),
                              path(Setting.DECISIONS_TLS_KEY).orElse(null)));
              return new DecisionSettings(
                  http,
                  staleness(),
                  batches(),
                  requiredPath(Setting.DECISIONS_KEY_FILE),
                  decisionsTrust());
            });
  }

  /** The same for a process that does nothing else. */
  public DecisionSettings requiredDecisions() {
    return decisions().orElseThrow(() -> missing(Setting.DECISIONS_ADDRESS));
  }

  /** Where a decision node has the gate's public keys from. */
  public Path decisionsTrust() {
    return requiredPath(Setting.DECISIONS_TRUST_FILE);
  }

  private @Nullable String decisionsUrl() {
    return text(Setting.DECISIONS_URL)
        .map(url -> checked(Setting.DECISIONS_URL, () -> ApiSettings.requireUrl(url)).toString())
        .orElse(null);
  }

  private LiveLimits staleness() {
    return text(Setting.DECISIONS_STALENESS)
        .map(
            span ->
                checked(
                    Setting.DECISIONS_STALENESS,
                    () -> {
                      Duration most = Span.parse(span).duration();
                      Duration half = most.dividedBy(2);
                      Duration usual = LiveLimits.usual().poll();
                      return new LiveLimits(most, half.compareTo(usual) < 0 ? half : usual);
                    }))
        .orElse(LiveLimits.usual());
  }

  private BatchLimits batches() {
    String node = required(Setting.DECISIONS_NODE);
    Path directory = requiredPath(Setting.DECISIONS_DIRECTORY);
    BatchLimits usual = checked(Setting.DECISIONS_NODE, () -> BatchLimits.usual(node, directory));
    return text(Setting.DECISIONS_INTERVAL)
        .map(
            span ->
                checked(
                    Setting.DECISIONS_INTERVAL,
                    () ->
                        new BatchLimits(
                            node,
                            directory,
                            Span.parse(span).duration(),
                            usual.lineBytes(),
                            usual.lineFiles(),
                            usual.waiting())))
        .orElse(usual);
  }

  /** Who stamps seals and sign-offs; nobody unless set, and then evidence is not anchored. */
  public Optional<TimeStampAuthority> timeStamps() {
    if (given(Setting.TIMESTAMP_URL) != given(Setting.TIMESTAMP_CERTIFICATES)) {
      throw missing(
          given(Setting.TIMESTAMP_URL) ? Setting.TIMESTAMP_CERTIFICATES : Setting.TIMESTAMP_URL);
    }
    return path(Setting.TIMESTAMP_CERTIFICATES)
        .map(
            file ->
                new HttpTimeStampAuthority(
                    timeStampAddress(),
                    checked(Setting.TIMESTAMP_CERTIFICATES, () -> TimeStampTokens.of(file))));
  }

  /** The certificates of who stamps, or of their issuers. */
  /** Where the secrets for sources lie. */
  public Optional<Path> sourcesCredentials() {
    return path(Setting.SOURCES_CREDENTIALS);
  }

  /** Issuers of sources' certificates beside the platform's. */
  public Optional<Path> sourcesCa() {
    return path(Setting.SOURCES_CA);
  }

  public Optional<Path> timeStampCertificates() {
    return path(Setting.TIMESTAMP_CERTIFICATES);
  }

  private URI timeStampAddress() {
    return checked(
        Setting.TIMESTAMP_URL,
        () -> {
          URI uri = URI.create(required(Setting.TIMESTAMP_URL));
          boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
          if (uri.getHost() == null || !http) {
            throw new IllegalArgumentException("not http");
          }
          return uri;
        });
  }

  /** What payloads are sealed to; they travel in the clear unless it is set. */
  public Optional<PayloadKey> payloadKey() {
    return path(Setting.ENCRYPTION_KEY)
        .map(file -> checked(Setting.ENCRYPTION_KEY, () -> PayloadKey.read(file)));
  }

  /** Whether payloads that are not sealed are taken all the same. */
  public boolean acceptPlaintext() {
    return flag(Setting.ENCRYPTION_ACCEPT_PLAINTEXT);
  }

  /** The pages that may show payloads in a browser. */
  public List<String> codecOrigins() {
    return text(Setting.CODEC_ORIGINS)
        .map(
            text ->
                checked(
                    Setting.CODEC_ORIGINS,
                    () ->
                        CodecSettings.requireOrigins(
                            Arrays.stream(text.split(",", -1)).map(String::strip).toList())))
        .orElse(List.of());
  }

  /** What lets this process read payloads at a worker's codec endpoint. */
  public Optional<Path> codecPassFile() {
    return path(Setting.CODEC_PASS_FILE);
  }

  /** The program that looks for secrets; else it is looked for on this machine. */
  public Optional<Path> secretScanner() {
    return path(Setting.SECRET_SCANNER);
  }

  /** How this worker is called in the record; its host's name is a good one. */
  public Optional<String> workerName() {
    return text(Setting.WORKER_NAME);
  }

  /** Where reminders and alarms go. */
  public Optional<URI> notifyWebhook() {
    return text(Setting.NOTIFY_WEBHOOK)
        .map(
            text ->
                checked(
                    Setting.NOTIFY_WEBHOOK,
                    () -> {
                      URI uri = URI.create(text);
                      if (uri.getHost() == null || !"https".equals(uri.getScheme())) {
                        throw new IllegalArgumentException("not https");
                      }
                      return uri;
                    }));
  }

  /** Whose keys this process signs with. */
  public Optional<String> person() {
    return text(Setting.PERSON);
  }

  private VaultIdentity identity(Setting token, Setting jwt, Setting mount, Setting role) {
    boolean ofPlatform = given(jwt) || given(mount) || given(role);
    if (given(token) && ofPlatform) {
      throw new InvalidSettingException(
          token.propertyName() + " and " + jwt.propertyName() + ": allowed is one of them");
    }
    if (given(token)) {
      return new VaultIdentity.TokenFile(requiredPath(token));
    }
    if (!ofPlatform) {
      throw new InvalidSettingException(
          jwt.propertyName()
              + " ("
              + jwt.variable()
              + ") is missing: allowed is "
              + jwt.form()
              + ", with "
              + mount.propertyName()
              + " and "
              + role.propertyName()
              + "; for development "
              + token.propertyName());
    }
    return new VaultIdentity.JwtFile(requiredPath(jwt), required(mount), required(role));
  }

  private boolean given(Setting setting) {
    return values.containsKey(setting);
  }

  private Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting)).map(Value::text);
  }

  private String required(Setting setting) {
    return text(setting).orElseThrow(() -> missing(setting));
  }

  private Optional<Path> path(Setting setting) {
    return Optional.ofNullable(values.get(setting))
        .map(value -> checked(setting, () -> value.directory().resolve(value.text()).normalize()));
  }

  private Path requiredPath(Setting setting) {
    return path(setting).orElseThrow(() -> missing(setting));
  }

  private boolean flag(Setting setting) {
    return switch (text(setting).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(setting);
    };
  }

  private String matching(Setting setting, Pattern form, String text) {
    if (!form.matcher(text).matches()) {
      throw refused(setting);
    }
    return text;
  }

  private <T> T checked(Setting setting, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw refused(setting);
    }
  }

  private InvalidSettingException refused(Setting setting) {
    Value value = values.get(setting);
    return new InvalidSettingException(
        (value == null ? setting.propertyName() : value.where())
            + ": found a value that is refused, allowed is "
            + setting.form());
  }

  private static InvalidSettingException missing(Setting setting) {
    return new InvalidSettingException(
        setting.propertyName()
            + " ("
            + setting.variable()
            + ") is missing: allowed is "
            + setting.form());
  }
}
