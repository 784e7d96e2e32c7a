package io.countersign.activities.adapter.cedar;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.Effect;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activities.port.RuntimePolicies;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cedar policies, parsed and validated once by the engine of cedar-policy/cedar (strict validation,
 * as its specification defines it).
 */
public final class CedarPolicies implements RuntimePolicies {
  /** All files of a policy and its guard rails together. */
  static final int MOST_BYTES = 256 * 1024;

  static final int MOST_POLICIES = 1_000;

  private static final String GUARD_RAIL = "guard-rail/";
  private static final int MOST_DEFECTS = 20;

  /** More than a gate has releases; the engine refuses what is beyond, and tells nobody else. */
  private static final int MOST_IN_CACHE = 100_000;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final CedarSchemas schemas = new CedarSchemas();

  @Override
  public Compilation compile(Map<String, byte[]> policy, Map<String, byte[]> guardRails) {
    return DeepStack.call(() -> read(policy, guardRails));
  }

  private Compilation read(Map<String, byte[]> policy, Map<String, byte[]> guardRails) {
    List<String> defects = new ArrayList<>();
    TreeMap<String, String> texts = new TreeMap<>();
    String arguments = sort(policy, "", texts, defects);
    if (defects.isEmpty() && texts.isEmpty()) {
      defects.add("the policy has no file *" + POLICY);
    }
    if (sort(guardRails, GUARD_RAIL, texts, defects) != null) {
      defects.add(GUARD_RAIL + ARGUMENTS + ": guard rails have no arguments of their own");
    }
    long bytes = sizes(policy) + sizes(guardRails);
    if (bytes > MOST_BYTES) {
      defects.add(
          "the policy and its guard rails have %d bytes; %d are allowed"
              .formatted(bytes, MOST_BYTES));
    }
    if (!defects.isEmpty()) {
      return refused(defects);
    }
    try {
      PolicySet.setCacheMaxPolicySets(MOST_IN_CACHE);
      Schema schema = schemas.with(arguments);
      Map<String, Policy> named = new LinkedHashMap<>();
      texts.forEach((file, text) -> parse(file, text, named, defects));
      if (named.size() > MOST_POLICIES) {
        defects.add("there are %d policies; %d are allowed".formatted(named.size(), MOST_POLICIES));
      }
      if (!defects.isEmpty()) {
        return refused(defects);
      }
      PolicySet all = new PolicySet(Set.copyOf(named.values()));
      validate(schema, all, defects);
      if (!defects.isEmpty()) {
        return refused(defects);
      }
      all.cache();
      return new Compilation.Ready(
          new RememberedVerdicts(
              new CedarPolicy(all, schema, declared(schema), new TreeSet<>(named.keySet()))));
    } catch (CedarSchemas.RefusedException e) {
      return refused(List.of(ARGUMENTS + ": " + e.getMessage()));
    } catch (CacheException | AuthException | JsonProcessingException | LinkageError e) {
      throw new GateException(
          FailureType.INTERNAL, "the engine for runtime policies does not work", e);
    }
  }

  /** The schema without comments and layout, so that only what it declares tells two apart. */
  private static String declared(Schema schema) throws InternalException, JsonProcessingException {
    return CedarPolicy.inOrder(schema.toJsonFormat());
  }

  /** Puts the policies of a set into the map, and answers its declaration of arguments. */
  private static @Nullable String sort(
      Map<String, byte[]> files, String prefix, Map<String, String> texts, List<String> defects) {
    String arguments = null;
    for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
      String name = file.getKey();
      boolean declares = name.equals(ARGUMENTS);
      if (name.endsWith(".md")) {
        continue;
      }
      if (!declares && !name.endsWith(POLICY)) {
        defects.add(
            "%s%s: only *%s, %s and *.md are allowed"
                .formatted(prefix, Printable.of(name), POLICY, ARGUMENTS));
        continue;
      }
      try {
        String text = PolicyText.of(file.getValue());
        if (declares) {
          arguments = text;
        } else {
          texts.put(prefix + name, text);
        }
      } catch (PolicyText.UnfitException e) {
        defects.add(prefix + Printable.of(name) + ": " + e.getMessage());
      }
    }
    return arguments;
  }

  private static long sizes(Map<String, byte[]> files) {
    return files.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  private static void parse(
      String file, String text, Map<String, Policy> named, List<String> defects) {
    String name = Printable.of(file);
    PolicySet parsed;
    try {
      parsed = PolicySet.parsePolicies(text);
    } catch (InternalException e) {
      defects.add(name + ": is no Cedar: " + Printable.of(String.join("; ", e.getErrors())));
      return;
    }
    if (parsed.getNumTemplates() > 0) {
      defects.add(name + ": has a template (?principal or ?resource); only policies are allowed");
      return;
    }
    if (parsed.policies.isEmpty()) {
      defects.add(name + ": has no policy");
      return;
    }
    for (Policy one : inOrder(parsed)) {
      name(name, one, named, defects);
    }
  }

  /** The parser numbers the policies of a text: policy0, policy1. */
  private static List<Policy> inOrder(PolicySet parsed) {
    return parsed.policies.stream()
        .sorted(
            Comparator.comparingInt(
                one -> Integer.parseInt(one.policyID.substring("policy".length()))))
        .toList();
  }

  private static void name(
      String file, Policy one, Map<String, Policy> named, List<String> defects) {
    try {
      String id = Optional.ofNullable(one.getAnnotations().get("id")).orElse(one.policyID);
      if (!ID.matcher(id).matches()) {
        defects.add(
            "%s: the @id %s is not 1 to 64 of A-Z a-z 0-9 . _ -".formatted(file, Printable.of(id)));
        return;
      }
      String name = file + "#" + id;
      if (file.startsWith(GUARD_RAIL) && one.effect() != Effect.FORBID) {
        defects.add(name + ": permits; a guard rail only forbids");
      } else if (named.putIfAbsent(name, new Policy(one.policySrc, name)) != null) {
        defects.add(name + ": a second policy has this @id");
      }
    } catch (InternalException e) {
      defects.add(file + ": a policy cannot be read back");
    }
  }

  private static void validate(Schema schema, PolicySet all, List<String> defects)
      throws AuthException {
    ValidationResponse response =
        new BasicAuthorizationEngine().validate(new ValidationRequest(schema, all));
    response.errors.ifPresent(
        errors ->
            errors.forEach(error -> defects.add("the policy: " + Printable.of(error.message))));
    response.success.ifPresent(
        done ->
            done.validationErrors.forEach(
                error ->
                    defects.add(
                        error.getPolicyId() + ": " + Printable.of(error.getError().message))));
    if (defects.isEmpty() && !response.validationPassed()) {
      defects.add("the policy does not validate against the schema");
    }
  }

  private static Compilation refused(List<String> defects) {
    if (defects.size() <= MOST_DEFECTS) {
      return new Compilation.Refused(defects);
    }
    List<String> first = new ArrayList<>(defects.subList(0, MOST_DEFECTS));
    first.add("and %d more".formatted(defects.size() - MOST_DEFECTS));
    return new Compilation.Refused(first);
  }
}
