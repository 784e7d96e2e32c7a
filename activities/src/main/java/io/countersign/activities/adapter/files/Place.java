package io.countersign.activities.adapter.files;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where something stands in a file.
 *
 * @param line from 1
 * @param column from 1, in code points
 * @param start code points before it
 * @param end code points before what follows it
 */
record Place(int line, int column, int start, int end) {
  static final Place TOP = new Place(1, 1, 0, 0);

  static Place of(Event event) {
    Mark start = event.getStartMark().orElse(null);
    Mark end = event.getEndMark().orElse(null);
    if (start == null || end == null) {
      return TOP;
    }
    return new Place(start.getLine() + 1, start.getColumn() + 1, start.getIndex(), end.getIndex());
  }
}
