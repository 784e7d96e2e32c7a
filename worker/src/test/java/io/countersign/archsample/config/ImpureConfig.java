package io.countersign.archsample.config;

import io.countersign.archsample.cli.ImpureCommand;

/** Knows the command line that knows it. */
public record ImpureConfig(ImpureCommand command) {}
