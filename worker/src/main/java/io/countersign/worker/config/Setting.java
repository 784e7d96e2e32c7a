package io.countersign.worker.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting there is. A setting is a line {@code countersign.temporal.address = …} of the
 * properties file or the environment variable {@code COUNTERSIGN_TEMPORAL_ADDRESS}, which wins.
 * Secrets are files, never values.
 */
public enum Setting {
  TEMPORAL_ADDRESS("temporal.address", "host:port"),
  TEMPORAL_NAMESPACE("temporal.namespace", "the name of a namespace"),
  TEMPORAL_TLS("temporal.tls.enabled", "true or false"),
  TEMPORAL_TLS_CA("temporal.tls.ca", "a file of PEM certificates"),
  TEMPORAL_TLS_CERT("temporal.tls.cert", "a file with the client's PEM certificate chain"),
  TEMPORAL_TLS_KEY("temporal.tls.key", "a file with the client's PEM PKCS#8 key"),
  TEMPORAL_API_KEY_FILE("temporal.api-key-file", "a file with the API key"),

  GATE_FILE("gate-file", "the file gate.yaml"),
  APPROVERS_FILE("approvers-file", "the file approvers.yaml"),
  POLICY_OWNERS_FILE("policy-owners-file", "a file of people and public keys"),
  DEVELOPMENT("development", "true or false"),

  VAULT_ADDRESS("vault.address", "https://host:port"),
  VAULT_NAMESPACE("vault.namespace", "the name of a namespace"),
  VAULT_CA("vault.ca", "a file of PEM certificates"),
  VAULT_GRANT_TOKEN_FILE("vault.grant.token-file", "a file with a token, for development"),
  VAULT_GRANT_JWT_FILE("vault.grant.jwt-file", "a file with a JWT of the platform"),
  VAULT_GRANT_MOUNT("vault.grant.mount", "the path of a JWT auth mount, without auth/"),
  VAULT_GRANT_ROLE("vault.grant.role", "a role of that mount"),
  VAULT_WATCH_TOKEN_FILE("vault.watch.token-file", "a file with a token, for development"),
  VAULT_WATCH_JWT_FILE("vault.watch.jwt-file", "a file with a JWT of the platform"),
  VAULT_WATCH_MOUNT("vault.watch.mount", "the path of a JWT auth mount, without auth/"),
  VAULT_WATCH_ROLE("vault.watch.role", "a role of that mount"),

  POSTGRES_URL("postgres.url", "jdbc:postgresql://host:port/database"),
  POSTGRES_USER("postgres.user", "the name of a database user"),
  POSTGRES_PASSWORD_FILE("postgres.password-file", "a file with the password"),
  POSTGRES_MIGRATE("postgres.migrate", "true or false"),

  API_ADDRESS("api.address", "host:port"),
  API_URL("api.url", "https://host:port, without a path"),
  API_TLS_CERT("api.tls.cert", "a file with the worker's PEM certificate chain"),
  API_TLS_KEY("api.tls.key", "a file with the worker's PEM PKCS#8 key"),

  DECISIONS_ADDRESS("decisions.address", "host:port"),
  DECISIONS_URL("decisions.url", "https://host:port, without a path"),
  DECISIONS_TLS_CERT("decisions.tls.cert", "a file with the node's PEM certificate chain"),
  DECISIONS_TLS_KEY("decisions.tls.key", "a file with the node's PEM PKCS#8 key"),
  DECISIONS_STALENESS("decisions.staleness", "a span of 1s to 1h"),
  DECISIONS_NODE("decisions.node", "1 to 40 of a-z 0-9 . -"),
  DECISIONS_KEY_FILE("decisions.key-file", "a file with the nodes' private key"),
  DECISIONS_TRUST_FILE("decisions.trust-file", "a trust file with the gate's public keys"),
  DECISIONS_DIRECTORY("decisions.directory", "a directory of this node alone"),
  DECISIONS_INTERVAL("decisions.interval", "a span of 1s to 24h"),

  SOURCES_CREDENTIALS("sources.credentials", "a directory with a file for each credential"),
  SOURCES_CA("sources.ca", "a file of PEM certificates"),

  TIMESTAMP_URL("timestamp.url", "https://host/path or http://host/path of an RFC 3161 authority"),
  TIMESTAMP_CERTIFICATES(
      "timestamp.certificates", "a file of PEM certificates of the authority or its issuers"),

  ENCRYPTION_KEY("encryption.public-key", "a file that 'countersign codec key' has made"),
  ENCRYPTION_ACCEPT_PLAINTEXT("encryption.accept-plaintext", "true or false"),
  CODEC_ORIGINS("codec.origins", "http(s)://host:port of Temporal UIs, a comma between two"),
  CODEC_PASS_FILE("codec.pass-file", "a file with what 'countersign codec pass' prints"),

  SECRET_SCANNER("secret-scanner", "the program kingfisher"),
  WORKER_NAME("worker.name", "a name for this worker in the record"),
  NOTIFY_WEBHOOK("notify.webhook", "https://host/path"),
  PERSON("person", "the id of a person in approvers.yaml");

  static final String PREFIX = "countersign.";

  private final String name;
  private final String form;

  Setting(String name, String form) {
    this.name = PREFIX + name;
    this.form = form;
  }

  /** As it stands in the properties file. */
  public String propertyName() {
    return name;
  }

  /** As it stands in the environment. */
  public String variable() {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** What may be given, for people. */
  public String form() {
    return form;
  }

  static Optional<Setting> ofProperty(String name) {
    return Arrays.stream(values()).filter(setting -> setting.name.equals(name)).findFirst();
  }

  static Optional<Setting> ofVariable(String name) {
    return Arrays.stream(values()).filter(setting -> setting.variable().equals(name)).findFirst();
  }
}
