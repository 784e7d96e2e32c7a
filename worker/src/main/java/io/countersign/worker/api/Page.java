package io.countersign.worker.api;

import java.util.Optional;

/** Answers the requests of one address; those that reach it are signed by somebody who may read. */
@FunctionalInterface
public interface Page {
  /** Empty when the address is not of this page. */
  Optional<Answer> answer(Target target);
}
