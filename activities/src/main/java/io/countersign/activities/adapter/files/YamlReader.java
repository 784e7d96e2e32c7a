package io.countersign.activities.adapter.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the part of YAML 1.2 that says one thing only: one document, mappings with text keys,
 * sequences, scalars. Refused: anchors, aliases and merge keys (they are how a small file grows),
 * tags, directives, repeated keys, more than 32 levels, characters that hide or reorder text.
 */
final class YamlReader {
  static final int DEPTH_LIMIT = 32;
  private static final int KEY_LIMIT = 254;

  private final Problems problems;
  private final Iterator<Event> events;

  private YamlReader(Problems problems, Iterator<Event> events) {
    this.problems = problems;
    this.events = events;
  }

  static YamlNode read(byte[] bytes, Problems problems) {
    String text = decode(bytes, problems);
    requireReadable(text, problems);
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(text.length() + 1).build();
    try {
      YamlReader reader =
          new YamlReader(problems, new Parse(settings).parseString(text).iterator());
      YamlNode root = reader.document();
      problems.throwIfAny();
      return root;
    } catch (MarkedYamlEngineException e) {
      Place place =
          e.getProblemMark()
              .map(m -> new Place(m.getLine() + 1, m.getColumn() + 1, m.getIndex(), m.getIndex()))
              .orElse(Place.TOP);
      throw problems.fatal(
          place,
          List.of(),
          "text that is not YAML",
          "YAML 1.2; look at the quotes, colons, brackets and indentation before this place");
    } catch (YamlEngineException e) {
      throw problems.fatal(Place.TOP, List.of(), "text that is not YAML", "YAML 1.2");
    }
  }

  /** The text that the marks' indexes count in. */
  static String decode(byte[] bytes, Problems problems) {
    if (bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) {
      throw problems.fatal(Place.TOP, List.of(), "a byte order mark", "UTF-8 without one");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw problems.fatal(Place.TOP, List.of(), "bytes that are not UTF-8", "UTF-8");
    }
  }

  private static void requireReadable(String text, Problems problems) {
    int line = 1;
    int column = 1;
    int index = 0;
    for (int at = 0; at < text.length(); index++) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      boolean lineEnd = point == '\r' && at < text.length() && text.charAt(at) == '\n';
      if (point == '\n') {
        line++;
        column = 0;
      } else if (point != '\t' && !lineEnd && !Readable.readable(point)) {
        problems.add(
            new Place(line, column, index, index + 1),
            List.of(),
            Readable.name(point),
            "text without characters that control, reorder or hide text");
      }
      column++;
    }
    problems.throwIfAny();
  }

  private YamlNode document() {
    events.next();
    Event start = events.next();
    if (!(start instanceof DocumentStartEvent document)) {
      throw problems.fatal(Place.TOP, List.of(), "an empty file", "one document");
    }
    if (document.getSpecVersion().isPresent() || !document.getTags().isEmpty()) {
      problems.add(Place.of(start), List.of(), "a directive", "a document without directives");
    }
    YamlNode root = node(events.next(), new ArrayList<>());
    events.next();
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw problems.fatal(Place.of(after), List.of(), "a second document", "one document");
    }
    return root;
  }

  private YamlNode node(Event event, List<Object> path) {
    Place place = Place.of(event);
    if (event.getEventId() == Event.ID.Alias) {
      problems.add(place, path, "an alias", "the value itself, written out");
      return new YamlNode.Scalar(place, false, "");
    }
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    if (anchor.isPresent()) {
      problems.add(place, path, "an anchor", "the value itself, without a name");
    }
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar, place, path);
    }
    CollectionStartEvent start = (CollectionStartEvent) event;
    refuseTag(start.getTag(), place, path);
    if (path.size() >= DEPTH_LIMIT) {
      throw problems.fatal(
          place, List.of(), "more than " + DEPTH_LIMIT + " levels", "at most " + DEPTH_LIMIT);
    }
    return start.getEventId() == Event.ID.MappingStart
        ? mapping(start, place, path)
        : sequence(place, path);
  }

  private YamlNode scalar(ScalarEvent scalar, Place place, List<Object> path) {
    refuseTag(scalar.getTag(), place, path);
    Readable.firstUnreadable(scalar.getValue(), true)
        .ifPresent(
            point ->
                problems.add(
                    place,
                    path,
                    Readable.name(point),
                    "text without characters that control, reorder or hide text"));
    return new YamlNode.Scalar(place, scalar.isPlain(), scalar.getValue());
  }

  private YamlNode sequence(Place place, List<Object> path) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      path.add(items.size());
      items.add(node(event, path));
      path.remove(path.size() - 1);
      stopIfFull();
    }
    return new YamlNode.Sequence(place, items);
  }

  private YamlNode mapping(CollectionStartEvent start, Place place, List<Object> path) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Place at = Place.of(event);
      if (!(event instanceof ScalarEvent)) {
        throw problems.fatal(at, path, "a field's name that is not text", "text");
      }
      String name = ((YamlNode.Scalar) node(event, path)).text();
      if (name.isEmpty() || name.length() > KEY_LIMIT || name.contains("\n")) {
        problems.add(at, path, "the field " + Problems.quoted(name), "a name on one line");
      }
      if (name.equals("<<")) {
        problems.add(at, path, "a merge key", "the fields themselves, written out");
      }
      path.add(name);
      YamlNode value = node(events.next(), path);
      if (entries.putIfAbsent(name, new YamlNode.Entry(at, value)) != null) {
        problems.add(at, path, "the field a second time", "each field once");
      }
      path.remove(path.size() - 1);
      stopIfFull();
    }
    return new YamlNode.Mapping(place, start.isFlow(), entries);
  }

  private void refuseTag(Optional<String> tag, Place place, List<Object> path) {
    if (tag.isPresent()) {
      problems.add(place, path, "a tag", "a value without a tag");
    }
  }

  private void stopIfFull() {
    if (problems.full()) {
      problems.throwIfAny();
    }
  }
}
