package io.countersign.worker.cli;

import picocli.CommandLine.Option;

/** {@code --json}, for every command that a program may read. */
final class JsonOption {
  @Option(names = "--json", description = "Print JSON, with the field names of docs/cli.md.")
  private boolean json;

  Output to(Surroundings surroundings) {
    return new Output(surroundings.out(), json);
  }
}
