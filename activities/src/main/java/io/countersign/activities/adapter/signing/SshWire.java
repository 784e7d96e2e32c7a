package io.countersign.activities.adapter.signing;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the length-prefixed fields of RFC 4251. */
final class SshWire {
  private final ByteBuffer rest;

  SshWire(byte[] bytes) {
    rest = ByteBuffer.wrap(bytes);
  }

  int number() {
    try {
      return rest.getInt();
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("key: found OpenSSH data that ends too early");
    }
  }

  byte[] field() {
    int length = number();
    if (length < 0 || length > rest.remaining()) {
      throw new IllegalArgumentException("key: found OpenSSH data that ends too early");
    }
    byte[] field = new byte[length];
    rest.get(field);
    return field;
  }

  String text() {
    return new String(field(), StandardCharsets.US_ASCII);
  }

  byte[] remaining() {
    byte[] bytes = new byte[rest.remaining()];
    rest.get(bytes);
    return bytes;
  }
}
