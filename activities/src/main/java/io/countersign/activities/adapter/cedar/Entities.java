package io.countersign.activities.adapter.cedar;

import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.release.ReleaseId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request in the words of the shipped schema. */
final class Entities {
  private static final EntityTypeName WORKLOAD = type("Workload");
  private static final EntityTypeName RELEASE = type("Release");
  private static final EntityTypeName TOOL = type("Tool");
  private static final EntityTypeName PERMISSION = type("Permission");
  private static final EntityTypeName DATA_CLASS = type("DataClass");
  private static final Entity CALL = new Entity(type("Action").of("call"));

  private Entities() {}

  static Entity workload(RuntimeRequest request) {
    return new Entity(WORKLOAD.of(request.workload()), Set.of(release(request)));
  }

  static Entity call() {
    return CALL;
  }

  static Entity tool(RuntimeRequest request) {
    return new Entity(TOOL.of(request.tool()));
  }

  static Set<Entity> of(RuntimeRequest request) {
    ReleaseId id = request.release();
    return Set.of(
        workload(request),
        tool(request),
        new Entity(
            release(request),
            Map.of(
                "environment",
                new PrimString(id.environment()),
                "system",
                new PrimString(id.system()),
                "version",
                new PrimString(id.version())),
            Set.of()));
  }

  /** Everything but the arguments. */
  static Map<String, Value> context(RuntimeRequest request) {
    Map<String, Value> context = new HashMap<>();
    context.put("permission", PERMISSION.of(request.permission()));
    List<Value> classes = request.dataClasses().stream().<Value>map(DATA_CLASS::of).toList();
    context.put("dataClasses", new CedarList(classes));
    context.put("release", release(request));
    return context;
  }

  private static EntityUID release(RuntimeRequest request) {
    return RELEASE.of(request.release().toString());
  }

  private static EntityTypeName type(String name) {
    return EntityTypeName.parse("Countersign::" + name).orElseThrow();
  }
}
