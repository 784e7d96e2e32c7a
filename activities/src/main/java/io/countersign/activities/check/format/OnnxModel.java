package io.countersign.activities.check.format;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A ModelProto of onnx.proto, read field by field without holding tensors. It must have one graph,
 * one IR version and its operator sets; operators come from the sets that are allowed or from
 * functions in the file itself; and where it keeps tensors elsewhere is told to the caller, who
 * knows which files there are.
 */
final class OnnxModel {
  /** Domains that onnx and ONNX Runtime bring with them. */
  static final Set<String> STANDARD =
      Set.of("", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training");

  private static final int IR_FIRST_WITH_OPSETS = 3;
  private static final int IR_LAST = 20;
  private static final int DEPTH = 32;
  private static final int TEXT = 4096;
  private static final int LISTED = 10_000;

  private final CodedInputStream in;
  private final Set<String> domains;
  private final Map<String, Long> opsets = new HashMap<>();
  private final Set<String> functions = new HashSet<>();
  private final Set<String> foreign = new TreeSet<>();
  private final Map<String, Verdict.External> external = new HashMap<>();
  private long tensors;
  private long nodes;
  private @Nullable Long irVersion;
  private int graphs;

  private OnnxModel(CodedInputStream in, Set<String> domains) {
    this.in = in;
    this.domains = domains;
  }

  /** Whether the first bytes are those that every writer of ONNX begins with. */
  static boolean begins(ModelBytes file) {
    byte[] head = file.head();
    return head.length > 3
        && head[0] == 0x08
        && head[1] >= IR_FIRST_WITH_OPSETS
        && head[1] <= IR_LAST
        && (head[2] == 0x12 || head[2] == 0x1a || head[2] == 0x22 || head[2] == 0x3a);
  }

  /**
   * @param domains of operators that are allowed beyond {@link #STANDARD}
   */
  static Verdict read(ModelBytes file, Set<String> domains) throws IOException, Unsound {
    OnnxModel model = new OnnxModel(CodedInputStream.newInstance(file.all(), 1 << 16), domains);
    try {
      model.model();
    } catch (InvalidProtocolBufferException e) {
      throw new Unsound(
          "not-protobuf", "it is no well-formed protocol buffer, is cut off or exceeds 2 GiB");
    }
    model.judge();
    return new Verdict.Sound("onnx", model.tensors, List.copyOf(model.external.values()));
  }

  private void judge() throws Unsound {
    if (irVersion == null || irVersion < IR_FIRST_WITH_OPSETS || irVersion > IR_LAST) {
      throw new Unsound(
          "ir-version",
          "found IR version "
              + irVersion
              + ", allowed are "
              + IR_FIRST_WITH_OPSETS
              + " to "
              + IR_LAST);
    }
    if (graphs != 1 || nodes == 0) {
      throw new Unsound("graph", "found " + graphs + " graphs with " + nodes + " nodes");
    }
    if (opsets.isEmpty()) {
      throw new Unsound("operator-sets", "it imports no operator set");
    }
    foreign.removeIf(functions::contains);
    if (!foreign.isEmpty()) {
      throw new Unsound(
          "unknown-operators",
          "operators that are neither of an allowed domain nor functions of the file: "
              + foreign.stream().limit(5).toList());
    }
  }

  private void model() throws IOException, Unsound {
    Set<Integer> once = new HashSet<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      switch (field) {
        case 1 -> irVersion = number(tag);
        case 5 -> number(tag);
        case 2, 3, 4, 6 -> skipBytes(tag);
        case 7 -> {
          graphs++;
          message(tag, 0, this::graph);
        }
        case 8 -> message(tag, 0, depth -> opset(true));
        case 14, 26 -> message(tag, 0, this::skipped);
        case 20 -> message(tag, 0, this::training);
        case 25 -> message(tag, 0, this::function);
        default -> throw new Unsound("unknown-field", "field " + field + " is none of a model");
      }
      boolean repeated = field == 8 || field == 14 || field >= 20;
      if (!repeated && !once.add(field)) {
        throw new Unsound("repeated-field", "field " + field + " of the model occurs twice");
      }
    }
    if (!in.isAtEnd()) {
      throw new Unsound("trailing-bytes", "bytes follow after the end of the model");
    }
  }

  private interface Body {
    void read(int depth) throws IOException, Unsound;
  }

  /** Reads one embedded message, exactly to its end. */
  private void message(int tag, int depth, Body body) throws IOException, Unsound {
    requireWire(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    if (depth > DEPTH) {
      throw new Unsound("too-deep", "graphs within graphs of more than " + DEPTH + " levels");
    }
    int length = in.readRawVarint32();
    int outer = in.pushLimit(length);
    body.read(depth + 1);
    in.checkLastTagWas(0);
    in.popLimit(outer);
  }

  private void graph(int depth) throws IOException, Unsound {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> message(tag, depth, this::node);
        case 5 -> message(tag, depth, this::tensor);
        case 15 -> message(tag, depth, this::sparse);
        default -> skip(tag);
      }
    }
  }

  private void training(int depth) throws IOException, Unsound {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1, 2 -> message(tag, depth, this::graph);
        default -> skip(tag);
      }
    }
  }

  private void function(int depth) throws IOException, Unsound {
    String name = "";
    String domain = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = text(tag);
        case 7 -> message(tag, depth, this::node);
        case 9 -> message(tag, depth, level -> opset(false));
        case 10 -> domain = text(tag);
        case 11 -> message(tag, depth, this::attribute);
        default -> skip(tag);
      }
    }
    list(functions, domain + "/" + name);
  }

  private void node(int depth) throws IOException, Unsound {
    nodes++;
    String operator = "";
    String domain = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 4 -> operator = text(tag);
        case 5 -> message(tag, depth, this::attribute);
        case 7 -> domain = text(tag);
        default -> skip(tag);
      }
    }
    if (!STANDARD.contains(domain) && !domains.contains(domain)) {
      list(foreign, domain + "/" + operator);
    }
  }

  private void attribute(int depth) throws IOException, Unsound {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 5, 10 -> message(tag, depth, this::tensor);
        case 6, 11 -> message(tag, depth, this::graph);
        case 22, 23 -> message(tag, depth, this::sparse);
        default -> skip(tag);
      }
    }
  }

  private void sparse(int depth) throws IOException, Unsound {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1, 2 -> message(tag, depth, this::tensor);
        default -> skip(tag);
      }
    }
  }

  private void tensor(int depth) throws IOException, Unsound {
    tensors++;
    boolean elsewhere = false;
    Map<String, String> place = new HashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 13 -> message(tag, depth, level -> entry(place));
        case 14 -> elsewhere = number(tag) != 0;
        default -> skip(tag);
      }
    }
    if (elsewhere || !place.isEmpty()) {
      external(place);
    }
  }

  private void external(Map<String, String> place) throws Unsound {
    String location = place.get("location");
    if (location == null) {
      throw new Unsound("external-data", "a tensor is elsewhere and does not say where");
    }
    Verdict.External part =
        new Verdict.External(
            location,
            place.containsKey("offset") ? decimal(place.get("offset")) : 0,
            place.containsKey("length") ? decimal(place.get("length")) : -1);
    Verdict.External before = external.get(location);
    if (before == null && external.size() == LISTED) {
      throw new Unsound("too-many", "tensors in more than " + LISTED + " files");
    }
    // The part that reaches farthest is the one that a short file fails.
    if (before == null || end(part) > end(before)) {
      external.put(location, part);
    }
  }

  private static long end(Verdict.External part) {
    return part.offset() + Math.max(part.length(), 0);
  }

  private static long decimal(@Nullable String text) throws Unsound {
    if (text == null || !text.matches("[0-9]{1,18}")) {
      throw new Unsound("external-data", "a tensor elsewhere has an offset or length that is none");
    }
    return Long.parseLong(text);
  }

  private void entry(Map<String, String> entries) throws IOException, Unsound {
    String key = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> key = text(tag);
        case 2 -> value = text(tag);
        default -> skip(tag);
      }
    }
    if (entries.size() == 16 || entries.put(key, value) != null) {
      throw new Unsound("external-data", "a tensor elsewhere says twice where");
    }
  }

  private void opset(boolean ofModel) throws IOException, Unsound {
    String domain = "";
    long version = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> domain = text(tag);
        case 2 -> version = number(tag);
        default -> skip(tag);
      }
    }
    if (version < 1 || (ofModel && opsets.put(domain, version) != null)) {
      throw new Unsound("operator-sets", "an operator set has no version or is imported twice");
    }
    if (opsets.size() > LISTED) {
      throw new Unsound("too-many", "more than " + LISTED + " operator sets");
    }
  }

  private static void list(Set<String> names, String name) throws Unsound {
    if (names.size() == LISTED && !names.contains(name)) {
      throw new Unsound("too-many", "more than " + LISTED + " operators of foreign domains");
    }
    names.add(name);
  }

  private void skipped(int depth) throws IOException, Unsound {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      skip(tag);
    }
  }

  private void skip(int tag) throws IOException, Unsound {
    int wire = WireFormat.getTagWireType(tag);
    if (wire == WireFormat.WIRETYPE_START_GROUP || wire == WireFormat.WIRETYPE_END_GROUP) {
      throw new Unsound("not-protobuf", "it has a group, which the format does not");
    }
    in.skipField(tag);
  }

  private void skipBytes(int tag) throws IOException, Unsound {
    requireWire(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    in.skipField(tag);
  }

  private long number(int tag) throws IOException, Unsound {
    requireWire(tag, WireFormat.WIRETYPE_VARINT);
    return in.readInt64();
  }

  private String text(int tag) throws IOException, Unsound {
    requireWire(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    int length = in.readRawVarint32();
    if (length < 0 || length > TEXT) {
      throw new Unsound("too-long", "a name of more than " + TEXT + " bytes");
    }
    return new String(in.readRawBytes(length), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void requireWire(int tag, int wire) throws Unsound {
    if (WireFormat.getTagWireType(tag) != wire) {
      throw new Unsound("not-protobuf", "a field has another type than the format says");
    }
  }
}
