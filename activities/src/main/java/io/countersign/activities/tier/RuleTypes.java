package io.countersign.activities.tier;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.compiler.CelCompilerBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What rules may speak of: {@code release}, {@code diff} and {@code scope}. A field that is not
 * here is an error when the gate policy is read, not when a release comes.
 */
final class RuleTypes {
  private static final CelType TEXT = SimpleType.STRING;
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);
  private static final Map<String, StructType> STRUCTS = new TreeMap<>();

  static {
    struct(
        "Metadata",
        Map.of(
            "system", TEXT,
            "version", TEXT,
            "environment", TEXT,
            "owner", TEXT,
            "change", TEXT,
            "contributors", TEXTS));
    struct("Subject", Map.of("uri", TEXT, "digest", TEXT, "contributors", TEXTS));
    struct(
        "Subjects",
        Map.of(
            "model", of("Subject"),
            "dataset", of("Subject"),
            "prompts", of("Subject"),
            "policy", of("Subject")));
    struct("Workload", Map.of("identity", TEXT, "image", TEXT, "issuer", TEXT));
    struct("Tool", Map.of("name", TEXT, "permissions", TEXTS));
    struct(
        "Access",
        Map.of(
            "policies",
            TEXTS,
            "tools",
            ListType.create(of("Tool")),
            "tokenTtl",
            SimpleType.DURATION,
            "validity",
            SimpleType.DURATION));
    struct(
        "Dependency",
        Map.of("name", TEXT, "kind", TEXT, "endpoint", TEXT, "owner", TEXT, "dataClasses", TEXTS));
    struct(
        "Profile",
        Map.of(
            "exposure", TEXT,
            "autonomy", TEXT,
            "dataClasses", TEXTS,
            "intendedUse", TEXT,
            "impact", TEXT));
    struct(
        "Release",
        Map.of(
            "metadata", of("Metadata"),
            "subjects", of("Subjects"),
            "workload", of("Workload"),
            "access", of("Access"),
            "dependencies", ListType.create(of("Dependency")),
            "profile", of("Profile"),
            "rollbackTo", TEXT));
    struct("Diff", Map.of("first", SimpleType.BOOL, "changes", TEXTS));
    struct("Path", Map.of("path", TEXT, "capabilities", TEXTS, "wildcard", SimpleType.BOOL));
  }

  private RuleTypes() {}

  private static void struct(String name, Map<String, CelType> fields) {
    String full = full(name);
    STRUCTS.put(
        full,
        StructType.create(
            full,
            ImmutableSet.copyOf(fields.keySet()),
            field -> Optional.ofNullable(fields.get(field))));
  }

  private static CelType of(String name) {
    return StructTypeReference.create(full(name));
  }

  private static String full(String name) {
    return "countersign." + name;
  }

  /** Makes the variables known to a compiler. */
  static CelCompilerBuilder declare(CelCompilerBuilder compiler) {
    return compiler
        .setTypeProvider(
            new CelTypeProvider() {
              @Override
              public ImmutableList<CelType> types() {
                return ImmutableList.copyOf(STRUCTS.values());
              }

              @Override
              public Optional<CelType> findType(String name) {
                return Optional.ofNullable(STRUCTS.get(name));
              }
            })
        .addVar("release", of("Release"))
        .addVar("diff", of("Diff"))
        .addVar("scope", ListType.create(of("Path")));
  }
}
