package io.countersign.worker.config;

import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Notifier;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.RunIdentity;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.port.TimeStampAuthority;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What differs between a team's installation, local engines and the unit tier.
 *
 * @param lookouts what checks may look at beside files
 * @param sources where subjects and evidence come from
 * @param gate signs the gate's own statements
 * @param timeStamps null where nothing is anchored
 * @param directory of the gate policy: relative paths in it begin here
 */
public record Parts(
    ReleaseRecord record,
    CredentialBroker broker,
    Lookouts lookouts,
    SubjectSources sources,
    CheckSigner signer,
    GateSigner gate,
    @Nullable TimeStampAuthority timeStamps,
    GateRules rules,
    RunIdentity runs,
    Notifier notifier,
    Path directory,
    Clock clock) {}
