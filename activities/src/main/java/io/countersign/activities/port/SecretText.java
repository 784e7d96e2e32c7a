package io.countersign.activities.port;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreType;

/**
 * A secret in memory. It has no JSON form, is not serializable, and prints as {@code [secret]};
 * {@link #reveal} is the one way to its value.
 */
@JsonIgnoreType
@JsonAutoDetect(
    fieldVisibility = Visibility.NONE,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE,
    creatorVisibility = Visibility.NONE)
public final class SecretText {
  private final transient String value;

  private SecretText(String value) {
    this.value = value;
  }

  /**
   * Surrounding white space is dropped, as files end with a line feed; an empty secret is refused.
   */
  public static SecretText of(String value) {
    String stripped = value.strip();
    if (stripped.isEmpty()) {
      throw new IllegalArgumentException("secret: must not be empty");
    }
    return new SecretText(stripped);
  }

  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
