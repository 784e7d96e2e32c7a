package io.countersign.worker.codec;

import io.countersign.activity.GateJson;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.SerializationContext;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/**
 * The gate's converter with a codec around it. Messages and stack traces of failures are sealed
 * too. A failure that somebody else has made, and whose sealed parts cannot be read, is read
 * without them: thrown on a workflow's thread, that would be tried again for ever.
 */
public final class SealingConverter implements DataConverter {
  private final DataConverter sealing;

  private SealingConverter(DataConverter sealing) {
    this.sealing = sealing;
  }

  /** The gate's converter behind this codec. */
  public static DataConverter of(PayloadCodec codec) {
    return new SealingConverter(new CodecDataConverter(GateJson.converter(), List.of(codec), true));
  }

  @Override
  public <T> Optional<Payload> toPayload(T value) {
    return sealing.toPayload(value);
  }

  @Override
  public <T> T fromPayload(Payload payload, Class<T> valueClass, Type valueType) {
    return sealing.fromPayload(payload, valueClass, valueType);
  }

  @Override
  public Optional<Payloads> toPayloads(Object... values) {
    return sealing.toPayloads(values);
  }

  @Override
  public <T> T fromPayloads(
      int index, Optional<Payloads> content, Class<T> valueType, Type valueGenericType) {
    return sealing.fromPayloads(index, content, valueType, valueGenericType);
  }

  @Override
  public Object[] fromPayloads(
      Optional<Payloads> content, Class<?>[] parameterTypes, Type[] genericParameterTypes) {
    return sealing.fromPayloads(content, parameterTypes, genericParameterTypes);
  }

  @Override
  public RuntimeException failureToException(Failure failure) {
    try {
      return sealing.failureToException(failure);
    } catch (DataConverterException unreadable) {
      return sealing.failureToException(withoutSealedParts(failure));
    }
  }

  private static Failure withoutSealedParts(Failure failure) {
    Failure.Builder bare = failure.toBuilder().clearEncodedAttributes();
    if (failure.hasCause()) {
      bare.setCause(withoutSealedParts(failure.getCause()));
    }
    return bare.build();
  }

  @Override
  public Failure exceptionToFailure(Throwable throwable) {
    return sealing.exceptionToFailure(throwable);
  }

  @Override
  public DataConverter withContext(SerializationContext context) {
    return new SealingConverter(sealing.withContext(context));
  }
}
