package io.countersign.archsample.check;

import io.countersign.archsample.adapter.SampleAdapter;
import io.countersign.archsample.worker.SampleWorker;
import io.github.jopenlibs.vault.VaultConfig;
import io.temporal.client.WorkflowClientOptions;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Breaks every wall: an adapter, the Vault driver, Bouncy Castle, the Temporal client and the
 * worker.
 */
record ImpureCheck(
    SampleAdapter adapter,
    SampleWorker worker,
    VaultConfig vault,
    TimeStampToken token,
    WorkflowClientOptions client) {}
