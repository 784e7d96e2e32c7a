package io.countersign.activities.port;

/**
 * Which Temporal this worker serves; recorded with each grant, so that a sweeper in a wrong
 * namespace believes nothing.
 */
@FunctionalInterface
public interface RunIdentity {
  /** The id (not the name) of the namespace. */
  String namespaceId();
}
