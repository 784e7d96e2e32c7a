package io.countersign.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Runs commands as a person would type them. */
@FunctionalInterface
interface Console {
  /** Runs {@code countersign} with these arguments and {@code --json} where it applies. */
  Answer run(String... arguments);

  /**
   * @param exit the exit code
   * @param json standard output, when it is JSON; a missing node when not
   * @param error standard error
   */
  record Answer(int exit, JsonNode json, String error) {
    /** The catalogue's name of a refusal, or what else the exit code says. */
    String outcome() {
      if (exit == 0) {
        return "done";
      }
      int colon = error.indexOf(':');
      return colon > 0 ? error.substring(0, colon).strip() : "exit " + exit;
    }
  }
}
