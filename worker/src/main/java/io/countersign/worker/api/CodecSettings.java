package io.countersign.worker.api;

import io.temporal.payload.codec.PayloadCodec;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the codec endpoint serves, and to which pages of a browser.
 *
 * @param origins of Temporal UIs, exact: scheme, host and port, as a browser sends them
 */
public record CodecSettings(PayloadCodec codec, List<String> origins) {
  private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.:\\[\\]-]{1,280}");

  public CodecSettings {
    origins = requireOrigins(origins);
  }

  /** Answers the same when each is an origin: a page of any other would never be answered. */
  public static List<String> requireOrigins(List<String> origins) {
    if (!origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
      throw new IllegalArgumentException(
          "origins: allowed are http(s)://host or http(s)://host:port, in lower case");
    }
    return List.copyOf(origins);
  }
}
