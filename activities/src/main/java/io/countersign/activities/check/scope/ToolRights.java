package io.countersign.activities.check.scope;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.check.Severity;
import io.countersign.release.Manifest.Access;
import io.countersign.release.Manifest.Tool;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tools that a tier allows, each with its permissions.
 *
 * @param allowed null where the tier does not say
 */
record ToolRights(@Nullable SortedMap<String, TreeSet<String>> allowed) {
  private static final String FORM = "tools with lists of permissions, or none";

  static ToolRights of(Settings settings, @Nullable JsonNode value) {
    if (value == null) {
      return new ToolRights(null);
    }
    SortedMap<String, TreeSet<String>> allowed = new TreeMap<>();
    if (value.isTextual() && value.textValue().equals("none")) {
      return new ToolRights(allowed);
    }
    for (Map.Entry<String, JsonNode> tool : value.properties()) {
      TreeSet<String> permissions = new TreeSet<>();
      tool.getValue().forEach(one -> permissions.add(one.isTextual() ? one.textValue() : ""));
      if (!tool.getValue().isArray() || permissions.isEmpty() || permissions.contains("")) {
        throw settings.refused("tools." + tool.getKey(), "a list of permissions that is not empty");
      }
      allowed.put(tool.getKey(), permissions);
    }
    if (allowed.isEmpty()) {
      throw settings.refused("tools", FORM);
    }
    return new ToolRights(allowed);
  }

  void look(Access access, CheckFindings found) {
    List<Tool> tools = access.tools();
    found.measure(
        "tools",
        allowed == null ? "not judged" : Integer.toString(tools == null ? 0 : tools.size()));
    if (allowed == null || tools == null) {
      return;
    }
    for (Tool tool : tools) {
      TreeSet<String> over = new TreeSet<>(tool.permissions());
      over.removeAll(allowed.getOrDefault(tool.name(), new TreeSet<>()));
      if (!allowed.containsKey(tool.name()) || !over.isEmpty()) {
        found.fail(
            "tool-not-allowed",
            Severity.HIGH,
            "the tier does not let it call "
                + tool.name()
                + (over.isEmpty() ? "" : " with " + over),
            "access.tools");
      }
    }
  }
}
