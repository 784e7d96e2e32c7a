package io.countersign.archsample.check;

import io.countersign.archsample.adapter.SampleAdapter;
import io.countersign.archsample.worker.SampleWorker;
import io.github.jopenlibs.vault.VaultConfig;
import io.temporal.client.WorkflowClientOptions;

/** Breaks every wall: an adapter, the Vault driver, the Temporal client and the worker. */
record ImpureCheck(
    SampleAdapter adapter, SampleWorker worker, VaultConfig vault, WorkflowClientOptions client) {}
