package io.countersign.activities.reach;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * One kind of call of a tool, whatever its arguments are.
 *
 * @param dataClasses all that go through the call, in order, each once; none is allowed
 */
public record Call(String tool, String permission, List<String> dataClasses)
    implements Comparable<Call> {
  private static final Comparator<Call> ORDER =
      Comparator.comparing(Call::tool)
          .thenComparing(Call::permission)
          .thenComparing(call -> call.dataClasses().size())
          .thenComparing(Call::classes);

  public Call {
    dataClasses = List.copyOf(new TreeSet<>(dataClasses));
  }

  /** "no data", "pii", "financial and pii together". */
  public String classes() {
    return switch (dataClasses.size()) {
      case 0 -> "no data";
      case 1 -> dataClasses.get(0);
      default -> String.join(" and ", dataClasses) + " together";
    };
  }

  /** Whether it is the same permission of the same tool. */
  public boolean sameTool(Call other) {
    return tool.equals(other.tool) && permission.equals(other.permission);
  }

  /** Whether it is this other one with more classes of data; "no data" is no part of anything. */
  boolean extendsOn(Call smaller) {
    return sameTool(smaller)
        && !smaller.dataClasses.isEmpty()
        && smaller.dataClasses.size() < dataClasses.size()
        && dataClasses.containsAll(smaller.dataClasses);
  }

  @Override
  public int compareTo(Call other) {
    return ORDER.compare(this, other);
  }

  /** "refund.issue (write) with pii". */
  @Override
  public String toString() {
    return tool + " (" + permission + ") with " + classes();
  }
}
