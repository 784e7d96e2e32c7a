package io.countersign.activities.port;

import java.util.Locale;

/** Whether a place answers, without telling it anything. */
@FunctionalInterface
public interface Reachability {
  /** Tries to reach it now, within seconds. Whatever happens is an answer. */
  Reach reach(LogSink sink);

  /** What came of it. */
  enum Reach {
    REACHED,
    /** Its name is not known. */
    UNKNOWN_HOST,
    /** Nobody takes connections there. */
    REFUSED,
    /** No answer in time. */
    SILENT,
    /** Its certificate is not trusted or names another host, or it speaks no TLS. */
    NOT_TRUSTED,
    /** It sends its callers elsewhere; nobody followed. */
    REDIRECTS,
    /** It answers that there is no such place. */
    NO_SUCH_PLACE,
    /** It answers with an error of its own, or not in the protocol. */
    BROKEN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }
}
