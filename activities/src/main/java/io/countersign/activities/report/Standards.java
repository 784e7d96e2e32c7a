package io.countersign.activities.report;

import com.fasterxml.jackson.databind.ObjectReader;
import io.countersign.activity.GateJson;
import io.countersign.record.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * Which entries of a record are evidence for which item of a standard: one table, from which the
 * page {@code docs/standards.md} and a section of every report are made. It claims no compliance:
 * an item without entries is not shown, and each says what the record cannot show.
 */
public final class Standards {
  private static final String TABLE = "/io/countersign/report/standards.json";

  private Standards() {}

  /** The table. */
  public record Table(List<Framework> frameworks) {
    public Table {
      frameworks = List.copyOf(frameworks);
    }
  }

  public record Framework(String name, String source, List<Item> items) {
    public Framework {
      items = List.copyOf(items);
    }
  }

  /**
   * @param title as the standard words it
   * @param beyond what no entry shows
   */
  public record Item(String id, String title, List<Evidence> evidence, String beyond) {
    public Item {
      evidence = List.copyOf(evidence);
      if (title.isBlank() || beyond.isBlank()) {
        throw new IllegalArgumentException("standards: " + id + ": title and beyond are wanted");
      }
    }
  }

  /**
   * @param entries which entries: {@code *}, a kind, or a kind and what its entry must say
   */
  public record Evidence(Selector entries, String shows) {}

  /** One framework as one release covers it. */
  public record Coverage(String name, String source, List<Covered> items) {
    public Coverage {
      items = List.copyOf(items);
    }

    /** How many items have at least one entry. */
    public long shown() {
      return items.stream().filter(Covered::shown).count();
    }
  }

  public record Covered(Item item, List<Found> found) {
    public Covered {
      found = List.copyOf(found);
    }

    public boolean shown() {
      return found.stream().anyMatch(f -> !f.seqs().isEmpty());
    }
  }

  /**
   * @param seqs the entries of this release, in order; empty when it is not shown
   */
  public record Found(Evidence evidence, List<Long> seqs) {
    public Found {
      seqs = List.copyOf(seqs);
    }
  }

  /** The table as it ships. */
  public static Table table() {
    ObjectReader reader = GateJson.mapper().readerFor(Table.class);
    try (InputStream in = Objects.requireNonNull(Standards.class.getResourceAsStream(TABLE))) {
      return reader.readValue(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table as these entries cover it. */
  static List<Coverage> covered(List<Entry> entries) {
    return table().frameworks().stream()
        .map(
            framework ->
                new Coverage(
                    framework.name(),
                    framework.source(),
                    framework.items().stream().map(item -> covered(item, entries)).toList()))
        .toList();
  }

  private static Covered covered(Item item, List<Entry> entries) {
    return new Covered(
        item,
        item.evidence().stream()
            .map(evidence -> new Found(evidence, evidence.entries().seqs(entries)))
            .toList());
  }
}
