package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.AuditDevices;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Lists audit devices with the watch identity. Source: Vault documentation, "/sys/audit" and "Audit
 * devices", and OpenBao's of the same names. Of a device's options only what is judged is kept.
 */
public final class VaultAuditDevices implements AuditDevices {
  private static final Set<String> NOWHERE = Set.of("discard", "/dev/null");

  private final VaultClient watch;

  public VaultAuditDevices(VaultSettings settings, VaultIdentity watchAs, Clock clock) {
    this.watch = new VaultClient(settings, watchAs, clock);
  }

  @Override
  public List<Device> devices() {
    // Vault answers an object without devices when there are none; "not there" is no list.
    JsonObject data =
        watch
            .read("sys/audit")
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.VAULT_UNAVAILABLE, "the audit devices are not listed"));
    List<Device> devices = new ArrayList<>();
    for (JsonObject.Member member : data) {
      if (member.getValue().isObject()) {
        devices.add(device(member.getName(), member.getValue().asObject()));
      }
    }
    devices.sort(Comparator.comparing(Device::path));
    return List.copyOf(devices);
  }

  private static Device device(String path, JsonObject data) {
    JsonValue given = data.get("options");
    JsonObject options = given != null && given.isObject() ? given.asObject() : new JsonObject();
    return new Device(
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        text(data, "type"),
        isTrue(options, "log_raw"),
        !text(options, "filter").isEmpty() || !text(options, "exclude").isEmpty(),
        NOWHERE.contains(text(options, "file_path")));
  }

  /** Options are texts that Go reads as booleans. */
  private static boolean isTrue(JsonObject options, String name) {
    return Set.of("1", "t", "T", "true", "TRUE", "True").contains(text(options, name));
  }

  private static String text(JsonObject object, String name) {
    JsonValue value = object.get(name);
    return value == null || value.isNull()
        ? ""
        : value.isString() ? value.asString() : value.toString();
  }
}
