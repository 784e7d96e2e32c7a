package io.countersign.gate;

import com.google.protobuf.ByteString;
import io.countersign.failure.FailureType;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages in order of arrival, whatever carried them. Takes anything, throws nothing: only JSON
 * objects of at most {@link #LIMIT} bytes get in, everything else is counted by the gate.
 */
final class Inbox {
  /** Most bytes of one envelope. */
  static final int LIMIT = 64 * 1024;

  private static final String JSON = "json/plain";

  private final Deque<Message> waiting = new ArrayDeque<>();
  private @Nullable Message open;

  /** A message and, once it was dealt with, its receipt. */
  static final class Message {
    final String text;
    final boolean order;
    final long weight;
    @Nullable Receipt receipt;
    @Nullable FailureType refusal;
    String detail = "";

    Message(String text, boolean order) {
      this.text = text;
      this.order = order;
      this.weight = text.chars().mapToLong(Inbox::bytesInJson).sum();
    }

    boolean answered() {
      return receipt != null || refusal != null;
    }
  }

  /** Takes an envelope, or answers why it cannot be one. */
  Message offer(@Nullable RawValue raw, boolean order) {
    Payload payload = raw == null ? Payload.getDefaultInstance() : raw.getPayload();
    Message message;
    if (payload.getData().size() > LIMIT) {
      message = new Message("", order);
      message.refusal = FailureType.OVERSIZED;
    } else if (!payload
        .getMetadataOrDefault("encoding", ByteString.EMPTY)
        .toString(StandardCharsets.UTF_8)
        .equals(JSON)) {
      message = new Message("", order);
      message.refusal = FailureType.UNREADABLE;
    } else {
      String text = payload.getData().toString(StandardCharsets.UTF_8);
      message = new Message(text, order);
      if (text.isEmpty() || text.charAt(0) != '{') {
        message.refusal = FailureType.UNREADABLE;
      } else {
        waiting.add(message);
      }
    }
    return message;
  }

  /** Puts back what an earlier run could not deal with. */
  void addAll(List<Carried> carried) {
    carried.forEach(c -> waiting.add(new Message(c.text(), c.order())));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean holdsOrder() {
    return waiting.stream().anyMatch(message -> message.order);
  }

  /** The oldest message, or the oldest order. It is open until it is {@link #done}. */
  @Nullable Message take(boolean ordersOnly) {
    for (Message message : waiting) {
      if (message.order || !ordersOnly) {
        waiting.remove(message);
        open = message;
        return message;
      }
    }
    return null;
  }

  /** Closes the message that was taken. */
  void done() {
    open = null;
  }

  /** Whether no message is being dealt with. */
  boolean idle() {
    return open == null;
  }

  /** Most bytes that one character takes as part of a JSON string. */
  private static long bytesInJson(int character) {
    if (character < 0x20) {
      return 6;
    }
    if (character < 0x80) {
      return character == '"' || character == '\\' ? 2 : 1;
    }
    return 3;
  }

  List<Carried> carry() {
    return waiting.stream().map(message -> new Carried(message.text, message.order)).toList();
  }

  /** Bytes that wait; a run hands on only what fits into its successor's input. */
  long load() {
    return waiting.stream().mapToLong(message -> message.weight).sum();
  }

  /** A message on its way into the next run. */
  public record Carried(String text, boolean order) {}
}
