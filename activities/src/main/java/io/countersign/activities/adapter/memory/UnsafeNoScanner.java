package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for one word instead of secrets: for the unit tier and for tests. Everything else passes.
 */
public final class UnsafeNoScanner implements SecretScanner {
  private final String word;

  public UnsafeNoScanner(String word) {
    this.word = word;
  }

  @Override
  public Scan begin() {
    return new Lines();
  }

  private final class Lines implements Scan {
    private final List<Leak> leaks = new ArrayList<>();

    @Override
    public void add(String name, byte[] text) {
      List<String> lines = new String(text, StandardCharsets.UTF_8).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains(word)) {
          leaks.add(new Leak(name, i + 1, "word"));
        }
      }
    }

    @Override
    public Report run(Progress progress) {
      return new Report("none", leaks);
    }

    @Override
    public void close() {}
  }
}
