package io.countersign.activities.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTextTests {
  private static final String VALUE = "hvs.a-secret-value";

  private final SecretText secret = SecretText.of(VALUE + "\n");

  @Test
  void printsAsAnythingButItsValue() {
    assertThat(secret.toString()).isEqualTo("[secret]");
    assertThat("token " + secret + new Holder("gate", secret)).doesNotContain(VALUE);
    assertThat(secret.reveal()).isEqualTo(VALUE);
  }

  @Test
  void hasNoJsonFormWhateverTheMapperIsToldToShow() throws JsonProcessingException {
    ObjectMapper eager =
        new ObjectMapper()
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .setVisibility(PropertyAccessor.ALL, Visibility.ANY);

    assertThat(eager.writeValueAsString(secret)).doesNotContain(VALUE);
    assertThat(eager.writeValueAsString(Map.of("token", secret))).doesNotContain(VALUE);
    assertThat(eager.writeValueAsString(new Holder("gate", secret))).doesNotContain(VALUE);
    assertThat(new ObjectMapper().writeValueAsString(new Holder("gate", secret)))
        .doesNotContain(VALUE);
  }

  @Test
  void isNotReadFromJson() {
    assertThatThrownBy(() -> new ObjectMapper().readValue("\"" + VALUE + "\"", SecretText.class))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void isNotSerializable() {
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void anEmptySecretIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SecretText.of(" \n"));
  }

  private record Holder(String name, SecretText token) {}
}
