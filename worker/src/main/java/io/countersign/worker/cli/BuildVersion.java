package io.countersign.worker.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar's manifest. */
final class BuildVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return new String[] {"countersign " + (version == null ? "(not from a jar)" : version)};
  }
}
