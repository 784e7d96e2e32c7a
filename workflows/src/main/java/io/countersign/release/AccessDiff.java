package io.countersign.release;

import io.countersign.release.Manifest.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a release may do that another may not, in plain words: one line for each path, tool and
 * span. In doubt a line says that it may.
 *
 * @param paths lines about what the Vault policies allow
 * @param tools lines about tools
 * @param spans lines about time
 */
public record AccessDiff(List<String> paths, List<String> tools, List<String> spans) {
  private static final Map<String, String> VERBS = verbs();

  public AccessDiff {
    paths = List.copyOf(paths);
    tools = List.copyOf(tools);
    spans = List.copyOf(spans);
  }

  /** What the later release gains. */
  public static AccessDiff gained(Manifest old, Manifest later, ScopeView before, ScopeView after) {
    return between(
        old,
        later,
        paths("may now also ", before, after),
        "may now also call ",
        List.of("tokens live ", "access lasts "));
  }

  /** What the later release has no longer. */
  public static AccessDiff lost(Manifest old, Manifest later, ScopeView before, ScopeView after) {
    return between(
        later, old, paths("may no longer ", after, before), "may no longer call ", List.of());
  }

  private static AccessDiff between(
      Manifest less, Manifest more, List<String> paths, String call, List<String> lasts) {
    List<String> spans = new ArrayList<>();
    if (!lasts.isEmpty()) {
      span(lasts.get(0), less.access().tokenTtl(), more.access().tokenTtl(), spans);
      span(lasts.get(1), less.access().validity(), more.access().validity(), spans);
    }
    return new AccessDiff(paths, tools(call, less, more), spans);
  }

  private static void span(String what, Span before, Span after, List<String> spans) {
    if (after.compareTo(before) > 0) {
      spans.add(what + after + ", before " + before);
    }
  }

  /** One line for each path, such as {@code may now also read and list kv/data/payments/*}. */
  public static List<String> paths(String may, ScopeView before, ScopeView after) {
    return before.gained(after).stream().map(rule -> may + words(rule)).toList();
  }

  /** What a rule allows, such as {@code read and list kv/data/payments/*}. */
  public static String words(ScopeRule rule) {
    List<String> verbs =
        VERBS.entrySet().stream()
            .filter(verb -> rule.capabilities().contains(verb.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    String all =
        verbs.size() < 2
            ? String.join("", verbs)
            : String.join(", ", verbs.subList(0, verbs.size() - 1))
                + " and "
                + verbs.get(verbs.size() - 1);
    return (rule.denies() ? "do nothing with" : all)
        + " "
        + rule.path()
        + (rule.limits().isEmpty()
            ? ""
            : " (within " + String.join(", ", rule.limits().keySet()) + ")");
  }

  private static List<String> tools(String call, Manifest less, Manifest more) {
    Map<String, TreeSet<String>> before = tools(less);
    List<String> lines = new ArrayList<>();
    tools(more)
        .forEach(
            (name, permissions) -> {
              TreeSet<String> gained = new TreeSet<>(permissions);
              gained.removeAll(before.getOrDefault(name, new TreeSet<>()));
              if (!gained.isEmpty()) {
                lines.add(call + name + " (" + String.join(", ", gained) + ")");
              } else if (!before.containsKey(name)) {
                lines.add(call + name);
              }
            });
    return lines;
  }

  private static Map<String, TreeSet<String>> tools(Manifest manifest) {
    Map<String, TreeSet<String>> tools = new TreeMap<>();
    List<Tool> listed = manifest.access().tools();
    for (Tool tool : listed == null ? List.<Tool>of() : listed) {
      tools.computeIfAbsent(tool.name(), none -> new TreeSet<>()).addAll(tool.permissions());
    }
    return tools;
  }

  private static Map<String, String> verbs() {
    Map<String, String> verbs = new LinkedHashMap<>();
    verbs.put("read", "read");
    verbs.put("list", "list");
    verbs.put("scan", "list all below");
    verbs.put("subscribe", "watch");
    verbs.put("create", "create");
    verbs.put("update", "change");
    verbs.put("patch", "change parts of");
    verbs.put("delete", "delete");
    verbs.put("recover", "recover");
    verbs.put("sudo", "use root rights on");
    return verbs;
  }
}
