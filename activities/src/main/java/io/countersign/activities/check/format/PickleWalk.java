package io.countersign.activities.check.format;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether bytes read as a pickle, by walking its opcodes (pickletools of CPython) without doing
 * what they say. Pickles from protocol 2 on begin with their protocol; older ones are plain text
 * without any mark, and one that breaks off after it has called something has still called it.
 */
final class PickleWalk {
  private static final int PROTO = 0x80;
  private static final int HIGHEST_PROTOCOL = 5;
  private static final String NAME = "[\\w.]{1,256}";

  private final byte[] bytes;
  private final long size;
  private final Deque<Integer> marks = new ArrayDeque<>();
  private int at;
  private int depth;
  private boolean imports;

  private PickleWalk(byte[] bytes, long size) {
    this.bytes = bytes;
    this.size = size;
  }

  /** Whether a file reads as a pickle as far as its first bytes go. */
  static boolean is(ModelBytes file) {
    byte[] head = file.head();
    if (head.length >= 2 && (head[0] & 0xFF) == PROTO && head[1] <= HIGHEST_PROTOCOL) {
      return head[1] >= 0;
    }
    return new PickleWalk(head, file.size()).walks();
  }

  private enum Step {
    NEXT,
    ENDS,
    DEAD,
    CALLS
  }

  private boolean walks() {
    while (at < bytes.length) {
      Step step = step(bytes[at++] & 0xFF);
      switch (step) {
        case NEXT -> {
          // the next opcode
        }
        case DEAD -> {
          return false;
        }
        // A file that imports nothing calls nothing: text may look like that by chance.
        case ENDS -> {
          return imports;
        }
        case CALLS -> {
          return true;
        }
      }
    }
    return bytes.length > 0 && at < size;
  }

  private Step step(int opcode) {
    return switch (opcode) {
      case '(' -> {
        marks.push(depth);
        yield Step.NEXT;
      }
      case 'N', '}', ']', ')', 0x88, 0x89, 0x8f, 0x97 -> push(0);
      case '0' -> pop(1);
      case '2' -> depth > 0 ? push(0) : Step.DEAD;
      case 'J', 'j' -> push(4);
      case 'K', 'h', 0x82 -> push(1);
      case 'M', 0x83 -> push(2);
      case 0x84 -> push(4);
      case 'G' -> push(8);
      case 'q' -> depth > 0 ? skip(1) : Step.DEAD;
      case 'r' -> depth > 0 ? skip(4) : Step.DEAD;
      case PROTO -> skip(1);
      case 0x95 -> skip(8);
      case 'T', 'X', 'B', 0x8b -> counted(4);
      case 'U', 'C', 0x8a, 0x8c -> counted(1);
      case 0x8d, 0x8e, 0x96 -> counted(8);
      case 'I', 'L' -> line("[-+]?[0-9]{1,4000}L?") ? push(0) : Step.DEAD;
      case 'F' -> line("[-+.0-9eEinfan]{1,64}") ? push(0) : Step.DEAD;
      case 'S' -> line("(['\"]).*\\1") ? push(0) : Step.DEAD;
      case 'V', 'P' -> line(".*") ? push(0) : Step.DEAD;
      case 'g' -> line("[0-9]{1,10}") ? push(0) : Step.DEAD;
      case 'p' -> depth > 0 && line("[0-9]{1,10}") ? Step.NEXT : Step.DEAD;
      case 'c' -> names() ? imported() : Step.DEAD;
      case 'i' -> names() && !marks.isEmpty() ? Step.CALLS : Step.DEAD;
      case 0x93 -> {
        imports = true;
        yield pop(1);
      }
      case 'o' -> imports && !marks.isEmpty() ? Step.CALLS : Step.DEAD;
      case 'R', 'b', 0x81, 0x92 -> called();
      case 'Q' -> depth > 0 ? Step.NEXT : Step.DEAD;
      case 'a', 0x86 -> pop(1);
      case 's', 0x87 -> pop(2);
      case 0x85, 0x94, 0x98 -> depth > 0 ? Step.NEXT : Step.DEAD;
      case '1', 'e', 'u', 0x90 -> toMark(0);
      case 't', 'l', 'd', 0x91 -> toMark(1);
      case '.' -> depth > 0 ? Step.ENDS : Step.DEAD;
      default -> Step.DEAD;
    };
  }

  private Step push(int argument) {
    depth++;
    return skip(argument);
  }

  private Step imported() {
    imports = true;
    return push(0);
  }

  private Step called() {
    if (depth < 2) {
      return Step.DEAD;
    }
    return imports ? Step.CALLS : pop(1);
  }

  private Step pop(int count) {
    if (depth < count) {
      return Step.DEAD;
    }
    depth -= count;
    return Step.NEXT;
  }

  private Step toMark(int pushed) {
    if (marks.isEmpty()) {
      return Step.DEAD;
    }
    depth = marks.pop() + pushed;
    return Step.NEXT;
  }

  private Step skip(long count) {
    if (count < 0 || count > size - at) {
      return Step.DEAD;
    }
    // Past the bytes at hand the walk is still alive.
    at = (int) Math.min(at + count, bytes.length);
    return Step.NEXT;
  }

  private Step counted(int width) {
    depth++;
    long count = 0;
    for (int i = 0; i < width; i++) {
      if (at + i >= bytes.length) {
        return at + width > size ? Step.DEAD : skip(width);
      }
      count |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    at += width;
    return skip(count);
  }

  private boolean names() {
    boolean module = line(NAME);
    return module && line(NAME);
  }

  /** Reads to the end of a line; one that goes past the bytes at hand counts as it is. */
  private boolean line(String pattern) {
    int start = at;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    if (at == bytes.length) {
      return at < size;
    }
    String text =
        new String(bytes, start, at - start, java.nio.charset.StandardCharsets.ISO_8859_1);
    at++;
    return text.replace("\r", "").matches(pattern);
  }
}
