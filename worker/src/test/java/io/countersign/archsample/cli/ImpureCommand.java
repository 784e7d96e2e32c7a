package io.countersign.archsample.cli;

import io.countersign.archsample.config.ImpureConfig;
import io.github.jopenlibs.vault.VaultConfig;
import io.temporal.client.WorkflowClientOptions;
import org.springframework.core.env.Environment;

/** Breaks every wall: Spring, the Temporal client, the Vault driver and a cycle with config. */
public record ImpureCommand(
    ImpureConfig config, Environment spring, WorkflowClientOptions client, VaultConfig vault) {}
