package io.countersign.activities.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of log sinks. */
class LogSinkTests {
  @ParameterizedTest
  @CsvSource({
    "https://Logs.Example.com, https://logs.example.com:443/",
    "https://logs.example.com:8443/a/b, https://logs.example.com:8443/a/b",
    "syslog+tls://logs.example.com, syslog+tls://logs.example.com:6514",
    "https://[2001:db8::1]/x, https://[2001:db8::1]:443/x",
    "http://127.0.0.1:9200, http://127.0.0.1:9200/",
    "tcp://localhost:5140, tcp://localhost:5140",
    "tcp://[::1]:5140, tcp://[::1]:5140"
  })
  void readsWhatIsAllowedInOneForm(String text, String form) {
    assertThat(LogSink.parse(text)).hasToString(form);
    assertThat(LogSink.parse(form)).isEqualTo(LogSink.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "logs.example.com",
        "ftp://logs.example.com",
        "file:///var/log",
        "http://logs.example.com/",
        "tcp://10.0.0.1:514",
        "tcp://127.0.0.1",
        "http://127.0.0.1.example.com:80/",
        "http://0.0.0.0:80/",
        "https://user@logs.example.com/",
        "https://user:word@logs.example.com/",
        "https://logs.example.com/?a=b",
        "https://logs.example.com/#a",
        "https://logs.example.com/a//b",
        "https://logs.example.com/../a",
        "https://logs.example.com/%2e%2e/a",
        "https://logs.example.com:0/",
        "https://logs.example.com:65536/",
        "https://logs_example.com/",
        "https:///a",
        "syslog+tls://logs.example.com:6514/a",
        "https://logs.example.com/a b"
      })
  void refusesWhatIsNoSinkOrSendsPlainTextAway(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> LogSink.parse(text));
  }
}
