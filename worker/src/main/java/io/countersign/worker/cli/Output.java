package io.countersign.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activity.GateJson;
import java.io.PrintWriter;

/** Standard output of one command: lines for people, or JSON for programs. */
final class Output {
  private final PrintWriter out;
  private final boolean json;

  Output(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Whether a program reads. */
  boolean json() {
    return json;
  }

  /** One line for people; nothing for programs. */
  void line(String text) {
    if (!json) {
      out.println(Shown.line(text));
    }
  }

  /** Lines for people; nothing for programs. */
  void lines(String text) {
    if (!json) {
      out.println(Shown.lines(text));
    }
  }

  /** One value on one line for programs; nothing for people. */
  void value(Object value) {
    if (json) {
      print(value);
    }
  }

  /** One value for whoever reads. */
  void print(Object value) {
    try {
      out.println(GateJson.mapper().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what a command prints is JSON", e);
    }
  }
}
