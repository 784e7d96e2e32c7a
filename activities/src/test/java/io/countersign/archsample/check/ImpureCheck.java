package io.countersign.archsample.check;

import com.cedarpolicy.AuthorizationEngine;
import dev.cel.runtime.CelRuntime;
import io.countersign.archsample.adapter.SampleAdapter;
import io.countersign.archsample.worker.SampleWorker;
import io.github.jopenlibs.vault.VaultConfig;
import io.temporal.client.WorkflowClientOptions;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Breaks every wall: an adapter, the Vault driver, Bouncy Castle, CEL, Cedar, the Temporal client
 * and the worker.
 */
record ImpureCheck(
    SampleAdapter adapter,
    SampleWorker worker,
    VaultConfig vault,
    TimeStampToken token,
    CelRuntime rules,
    AuthorizationEngine policies,
    WorkflowClientOptions client) {}
