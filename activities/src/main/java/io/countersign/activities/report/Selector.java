package io.countersign.activities.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Names entries of a record: {@code *} for all, a kind, or {@code KIND/word}: of a check result the
 * check, of a sign-off its function or decision, of an order its kind, {@code SUBMITTED/ci} by a CI
 * run, {@code GRANT/again} every grant but the first. Anything else is refused.
 */
public record Selector(@JsonValue String text) {
  private static final String ALL = "*";

  @JsonCreator
  public Selector {
    if (!text.equals(ALL)) {
      EntryKind.valueOf(kind(text));
    }
  }

  private static String kind(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  /** The numbers of the entries that it names, in order. */
  List<Long> seqs(List<Entry> entries) {
    List<Long> seqs = new ArrayList<>();
    int ofKind = 0;
    for (Entry entry : entries) {
      if (text.equals(ALL) || entry.kind().name().equals(kind(text))) {
        ofKind++;
        if (says(entry, ofKind)) {
          seqs.add(entry.seq());
        }
      }
    }
    return seqs;
  }

  private boolean says(Entry entry, int ofKind) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return true;
    }
    String word = text.substring(slash + 1);
    Told body = Told.of(entry);
    return switch (entry.kind()) {
      case CHECK -> entry.key().text().endsWith("/" + word);
      case SIGN_OFF -> body.line("function").equals(word) || body.line("decision").equals(word);
      case ORDER -> body.line("order").equals(word);
      case SUBMITTED -> body.has(word);
      case GRANT -> ofKind > 1;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
