package io.countersign.activities.port;

/** What checks may look at beside files, rules and the record. None of it writes. */
public record Lookouts(
    KeyValueSecrets keyValue,
    SecretScanner scanner,
    AuditDevices auditDevices,
    Reachability reachability) {}
