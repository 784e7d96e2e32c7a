package io.countersign.bench;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import java.nio.charset.StandardCharsets;

/** Envelopes as signals carry them: the JSON as it is. */
final class Envelopes {
  private Envelopes() {}

  static RawValue raw(String envelope) {
    return new RawValue(
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFrom(envelope, StandardCharsets.UTF_8))
            .build());
  }
}
