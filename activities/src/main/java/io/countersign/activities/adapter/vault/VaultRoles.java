package io.countersign.activities.adapter.vault;

import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Between Vault's JSON of a JWT role and its canonical form. */
final class VaultRoles {
  /**
   * Values that Vault fills in by itself and that widen nothing: string equality, and a setting of
   * OIDC alone.
   */
  private static final Map<String, String> INERT =
      Map.of("bound_claims_type", "string", "callback_mode", "client");

  private VaultRoles() {}

  /**
   * Parameters as the gate's policy allows them: literal strings, because OpenBao compares a list
   * only as a whole.
   */
  static Map<String, Object> parameters(SlotRole role) {
    return new HashMap<>(role.fields());
  }

  static SlotRole role(Slot slot, String name, JsonObject data) {
    SortedMap<String, String> fields = new TreeMap<>();
    for (JsonObject.Member member : data) {
      String value = canonical(member.getValue());
      if (!value.isEmpty() && !value.equals(INERT.get(member.getName()))) {
        fields.put(member.getName(), value);
      }
    }
    return new SlotRole(slot, name, fields);
  }

  private static String canonical(JsonValue value) {
    if (value.isNull() || value.isFalse()) {
      return "";
    }
    if (value.isString()) {
      return value.asString();
    }
    if (value.isArray()) {
      List<String> items = new ArrayList<>();
      value.asArray().forEach(item -> items.add(canonical(item)));
      Collections.sort(items);
      return String.join(",", items);
    }
    if (value.isObject()) {
      return value.asObject().isEmpty() ? "" : value.toString();
    }
    String text = value.toString();
    return text.equals("0") ? "" : text;
  }
}
