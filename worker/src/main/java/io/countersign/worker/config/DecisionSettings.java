package io.countersign.worker.config;

import io.countersign.activities.batch.BatchLimits;
import io.countersign.activities.live.LiveLimits;
import io.countersign.worker.api.ApiSettings;
import java.nio.file.Path;

/**
 * How a process decides at request time.
 *
 * @param http where it listens
 * @param live how old what it knows may be
 * @param batches how it keeps what it decided
 * @param key the private key that it signs its batches with
 * @param trust a trust file with the public keys by which it believes the gate
 */
public record DecisionSettings(
    ApiSettings http, LiveLimits live, BatchLimits batches, Path key, Path trust) {}
