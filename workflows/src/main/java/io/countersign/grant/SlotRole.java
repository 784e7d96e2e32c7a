package io.countersign.grant;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One role as Vault holds it, in a canonical form that can be compared whole: a field that is
 * empty, zero, false or without effect is left out; a list is sorted and joined with commas; a
 * length of time is in seconds. A field that this page does not know therefore shows as a
 * difference as soon as it says anything.
 *
 * @param name the version of the release, or {@link #PROBE}
 */
public record SlotRole(Slot slot, String name, SortedMap<String, String> fields) {
  /** The role that proves an identity and gives no right. No version can have this name. */
  public static final String PROBE = "probe";

  /** How long a login to the probe stays visible, in seconds. */
  private static final String PROBE_SECONDS = "600";

  public SlotRole {
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
  }

  /** What the role of this grant must say, every field of it. */
  public static SlotRole of(GrantSpec spec) {
    SortedMap<String, String> fields = identity(spec.subject(), spec.audience());
    fields.put("token_policies", String.join(",", spec.policies()));
    fields.put("token_ttl", Long.toString(TokenTtl.floor(spec.tokenTtl()).seconds()));
    fields.put(
        "token_explicit_max_ttl", Long.toString(TokenTtl.floor(spec.explicitMaxTtl()).seconds()));
    return new SlotRole(spec.slot(), spec.release().version(), fields);
  }

  /** What the probe must say: the same identity, no policies. */
  public static SlotRole probe(Slot slot, String subject, String audience) {
    SortedMap<String, String> fields = identity(subject, audience);
    fields.put("token_ttl", PROBE_SECONDS);
    fields.put("token_explicit_max_ttl", PROBE_SECONDS);
    return new SlotRole(slot, PROBE, fields);
  }

  public boolean isProbe() {
    return name.equals(PROBE);
  }

  /** Names of the policies that a login with this role gets, sorted. */
  public List<String> policies() {
    String joined = fields.getOrDefault("token_policies", "");
    return joined.isEmpty() ? List.of() : List.of(joined.split(","));
  }

  /** Names of the fields in which the two differ, sorted; empty when they say the same. */
  public List<String> differences(SlotRole other) {
    TreeSet<String> names = new TreeSet<>(fields.keySet());
    names.addAll(other.fields.keySet());
    names.removeIf(
        name -> fields.getOrDefault(name, "").equals(other.fields.getOrDefault(name, "")));
    return List.copyOf(names);
  }

  private static SortedMap<String, String> identity(String subject, String audience) {
    SortedMap<String, String> fields = new TreeMap<>();
    fields.put("role_type", "jwt");
    fields.put("user_claim", "sub");
    fields.put("bound_subject", subject);
    fields.put("bound_audiences", audience);
    fields.put("token_no_default_policy", "true");
    fields.put("token_type", "service");
    // -1 switches Vault's tolerance off; 0 would mean its default of 60 and 150 seconds.
    fields.put("clock_skew_leeway", "-1");
    fields.put("expiration_leeway", "-1");
    fields.put("not_before_leeway", "-1");
    return fields;
  }
}
