package io.countersign.worker.api;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What a page answers, before any of it is sent.
 *
 * @param mediaType of the body
 * @param body writes it; what it throws before its first bytes are on the way becomes an error
 *     answer, what it throws later ends the connection, so that half an answer never looks whole
 */
record Answer(String mediaType, Body body) {
  static final String JSON = "application/json";
  static final String JSON_LINES = "application/jsonl";

  @FunctionalInterface
  interface Body {
    void write(OutputStream out) throws IOException;
  }
}
