package io.countersign.worker.config;

import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.Notifier;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.RunIdentity;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What differs between a team's installation, local engines and the unit tier.
 *
 * @param directory of the gate policy: relative paths in it begin here
 */
public record Parts(
    ReleaseRecord record,
    CredentialBroker broker,
    CheckSigner signer,
    GateRules rules,
    RunIdentity runs,
    Notifier notifier,
    Path directory,
    Clock clock) {}
