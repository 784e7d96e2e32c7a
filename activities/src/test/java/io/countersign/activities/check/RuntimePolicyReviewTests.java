package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.runtime.RuntimePolicyReview;
import io.countersign.activities.reach.PolicyFiles;
import io.countersign.activities.reach.PolicyReader;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuntimePolicyReviewTests {
  private static final Path BROKEN =
      Path.of("src/test/resources/io/countersign/activities/check/runtime-policy");
  private static final String LOOK_UP =
      "permit (principal, action, resource == Countersign::Tool::\"lookup\")"
          + " when { context.permission == Countersign::Permission::\"read\" };";

  /** The gravest finding of each folder, and how its message begins. */
  private static final Map<String, String> DEFECTS =
      Map.ofEntries(
          Map.entry("broken-off", "refused: p.cedar: is no Cedar: "),
          Map.entry("asks-what-nobody-says", "refused: p.cedar#policy0: "),
          Map.entry("misspelt-file-name", "refused: p.ceder: only *.cedar"),
          Map.entry("only-words", "refused: the policy has no file *.cedar"),
          Map.entry("empty-file", "refused: p.cedar: is empty"),
          Map.entry("a-template", "refused: p.cedar: has a template"),
          Map.entry("nested-deeply", "refused: p.cedar: line 1: nested more than 32 deep"),
          Map.entry(
              "arguments-without-a-type",
              "refused: arguments.cedarschema: does not declare Application::Arguments"),
          Map.entry("forbids-everything", "permits-nothing: it permits nothing"),
          Map.entry("permits-another-tool", "permits-nothing: it permits nothing"),
          Map.entry("permits-another-workload", "permits-nothing: it permits nothing"),
          Map.entry(
              "breaks-off-always",
              "breaks-off: a policy breaks off, and all is denied: lookup (read) with no data, pii"),
          Map.entry(
              "guard-rail-forbids-the-call",
              "guard-rail: the policy permits what the guard rails forbid: lookup (read) with pii"),
          Map.entry(
              "guard-rail-forbids-this-version",
              "guard-rail: the policy permits what the guard rails forbid: lookup (read) with no data,"
                  + " pii"),
          Map.entry(
              "guard-rail-forbids-some-arguments",
              "guard-rail: the policy permits for all arguments what the guard rails forbid for some:"
                  + " lookup (read) with no data, pii"),
          Map.entry("guard-rail-breaks-off", "guard-rail-breaks-off: a guard rail breaks off"),
          Map.entry(
              "guard-rail-that-permits",
              "refused-with-guard-rails: guard-rail/org.cedar#policy0: permits"));

  private final Contexts contexts = new Contexts();
  private Map<String, byte[]> guardRails = Map.of();
  private final Check check =
      new RuntimePolicyReview(new PolicyReader(new CedarPolicies()), rules -> guardRails);

  private void policy(String... texts) {
    policy(
        IntStream.range(0, texts.length)
            .boxed()
            .collect(Collectors.toMap(i -> "p" + i + ".cedar", i -> utf8(texts[i]))));
  }

  private void policy(Map<String, byte[]> files) {
    contexts.files.remove("policy");
    contexts.release = contexts.release.replace("\"POLICY\"", "\"" + put("policy", files) + "\"");
  }

  private String put(String uri, Map<String, byte[]> files) {
    files.forEach((name, bytes) -> contexts.raw.put(uri + "/" + name, bytes));
    return Contexts.listing(files).subject().digest().toString();
  }

  /** The release before, with a policy of its own. */
  private void predecessor(String text) {
    String digest = put("policy-before", Map.of("p.cedar", utf8(text)));
    contexts.predecessor =
        new Contexts()
            .release
            .replace("version: \"2\"", "version: \"1\"")
            .replace(
                "uri: policy, digest: \"POLICY\"",
                "uri: policy-before, digest: \"" + digest + "\"");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> said() {
    CheckResult result = contexts.run(check);
    return result.findings().stream().map(RuntimePolicyReviewTests::words).toList();
  }

  private static String words(Finding finding) {
    return finding.id() + ": " + finding.message();
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  static Stream<Path> broken() throws IOException {
    try (Stream<Path> list = Files.list(BROKEN)) {
      return list.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenPolicyFailsAndTheFindingSaysWhy(Path folder) throws IOException {
    String defect = folder.getFileName().toString();
    assertThat(DEFECTS).containsKey(defect);
    policy(read(folder));
    if (Files.isDirectory(folder.resolve("guard-rails"))) {
      guardRails = read(folder.resolve("guard-rails"));
    }
    CheckResult result = contexts.run(check);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings())
        .first()
        .extracting(RuntimePolicyReviewTests::words)
        .asString()
        .startsWith(DEFECTS.get(defect));
  }

  @Test
  void whatItPermitsIsToldCallByCall() {
    policy(LOOK_UP);
    CheckResult result = contexts.run(check);
    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.findings())
        .extracting(RuntimePolicyReviewTests::words)
        .containsExactly(
            "permits: may be called, whatever the arguments are: lookup (read) with no data, pii");
    assertThat(result.measurements())
        .containsEntry("calls", "2")
        .containsEntry("permitted", "2")
        .containsEntry("policies", "1")
        .containsEntry("guardRails", "0");
  }

  @Test
  void whatTwoClassesMayNotDoTogetherIsTold() {
    contexts.release =
        contexts.release.replace(
            "  autonomy: agentic\n  dataClasses: [pii]",
            "  autonomy: agentic\n  dataClasses: [pii, financial]");
    policy(
        LOOK_UP,
        "forbid (principal, action, resource) when { context.dataClasses.containsAll("
            + "[Countersign::DataClass::\"pii\", Countersign::DataClass::\"financial\"]) };");
    assertThat(said())
        .containsExactly(
            "permits: may be called, whatever the arguments are: lookup (read) with no data,"
                + " financial, pii",
            "not-together: may not be called: lookup (read) with financial and pii together");
  }

  @Test
  void whatTheManifestHasAndThePolicyNeverPermitsIsTold() {
    contexts.release =
        contexts.release.replace(
            "[{name: lookup, permissions: [read]}]",
            "[{name: lookup, permissions: [read]}, {name: issue, permissions: [write]}]");
    policy(LOOK_UP);
    assertThat(said())
        .contains("never-permitted: in the manifest and never permitted: issue (write)");
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.PASS);
    contexts.with = "{\"neverPermitted\": \"refused\"}";
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void whatIsNewIsToldInPlainWords() {
    predecessor(
        LOOK_UP
            + "\nforbid (principal, action, resource) when { context.dataClasses.contains(Countersign::DataClass::\"pii\") };");
    policy(LOOK_UP);
    assertThat(said())
        .contains("newly-permitted: may now also call lookup (read) with pii")
        .noneMatch(line -> line.startsWith("no-longer"));
  }

  @Test
  void whatIsGoneIsToldToo() {
    policy(
        LOOK_UP
            + "\nforbid (principal, action, resource) when { context.dataClasses.contains(Countersign::DataClass::\"pii\") };");
    predecessor(LOOK_UP);
    assertThat(said())
        .contains("no-longer-permitted: may no longer call lookup (read) with pii")
        .noneMatch(line -> line.startsWith("newly"));
  }

  @Test
  void whatAsksSomethingElseOfTheArgumentsIsTold() {
    String arguments = "namespace Application { type Arguments = { count: Long }; }";
    String limit = "permit (principal, action, resource) when { context.arguments.count < %d };";
    policy(Map.of("p.cedar", utf8(limit.formatted(9)), "arguments.cedarschema", utf8(arguments)));
    String digest =
        put(
            "policy-before",
            Map.of("p.cedar", utf8(limit.formatted(3)), "arguments.cedarschema", utf8(arguments)));
    contexts.predecessor =
        new Contexts()
            .release.replace(
                "uri: policy, digest: \"POLICY\"",
                "uri: policy-before, digest: \"" + digest + "\"");
    assertThat(said())
        .contains(
            "other-arguments: may now call for other arguments than before: lookup (read) with no"
                + " data, pii");
  }

  /** Nobody edited it, and yet the later release may do more. */
  @Test
  void theSameBytesThatNameTheVersionPermitMore() {
    String timed =
        LOOK_UP
            + "\nforbid (principal, action, resource) when { context.release.version == \"1\" &&"
            + " context.dataClasses.contains(Countersign::DataClass::\"pii\") };";
    predecessor(timed);
    policy(timed);
    assertThat(said()).contains("newly-permitted: may now also call lookup (read) with pii");
  }

  @Test
  void aPredecessorWhosePolicyIsRefusedCountsAsNarrower() {
    predecessor("is no policy");
    policy(LOOK_UP);
    assertThat(said()).anyMatch(line -> line.startsWith("not-compared: the predecessor's policy"));
  }

  @Test
  void otherBytesThanThoseOfTheManifestFail() {
    policy(LOOK_UP);
    contexts.raw.put("policy/p0.cedar", utf8(LOOK_UP + "\n"));
    assertThat(contexts.findings(check)).containsExactly("other-bytes");
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void whatCannotBeReadIsNoResult() {
    policy(LOOK_UP);
    contexts.source = new FileRootSource(List.of(BROKEN.resolve("empty-file")), 1 << 20, 10);
    assertThatThrownBy(() -> contexts.run(check))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
  }

  @Test
  void aPolicyThatIsTooLargeFails() {
    policy(Map.of("p.cedar", new byte[PolicyFiles.MOST_BYTES + 1]));
    assertThat(contexts.findings(check)).containsExactly("too-large");
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void moreKindsOfCallsThanCanBeLookedAtFail() {
    contexts.release =
        contexts.release.replace(
            "tools: [{name: lookup, permissions: [read]}]",
            "tools: ["
                + IntStream.range(0, 16)
                    .mapToObj(
                        tool ->
                            "{name: t%d, permissions: [%s]}"
                                .formatted(
                                    tool,
                                    IntStream.range(0, 40)
                                        .mapToObj(i -> "p" + i)
                                        .collect(Collectors.joining(", "))))
                    .collect(Collectors.joining(", "))
                + "]");
    policy(LOOK_UP);
    assertThat(contexts.findings(check)).containsExactly("too-many-calls");
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.FAIL);
  }

  @Test
  void guardRailsOfTheRulesInForceCount() {
    policy(LOOK_UP);
    contexts.inForce = contexts.gate.replace("deadline: 72h", "deadline: 71h");
    Check looking =
        new RuntimePolicyReview(
            new PolicyReader(new CedarPolicies()),
            rules ->
                rules.tiers().get(0).signOffs().deadline().toString().equals("71h")
                    ? Map.of("org.cedar", utf8("forbid (principal, action, resource);"))
                    : Map.of());
    assertThat(contexts.findings(looking)).contains("guard-rail");
  }

  /** Both look at the arguments, of different tools. */
  @Test
  void guardRailsForAnotherToolSayNothing() {
    policy(
        Map.of(
            "p.cedar",
            utf8("permit (principal, action, resource) when { context.arguments.count < 3 };"),
            "arguments.cedarschema",
            utf8("namespace Application { type Arguments = { count: Long }; }")));
    guardRails =
        Map.of(
            "org.cedar",
            utf8(
                "forbid (principal, action, resource == Countersign::Tool::\"other\")"
                    + " when { context.arguments.count > 1 };"));
    assertThat(said())
        .containsExactly(
            "permits-some: may be called for some arguments: lookup (read) with no data, pii");
  }

  @Test
  void guardRailsThatAreNotThoseOfTheRulesAreNoResult() {
    policy(LOOK_UP);
    Check looking =
        new RuntimePolicyReview(
            new PolicyReader(new CedarPolicies()),
            rules -> {
              throw new GateException(FailureType.INVALID_GATE_POLICY, "other bytes");
            });
    assertThatThrownBy(() -> contexts.run(looking)).isInstanceOf(GateException.class);
  }

  @Test
  void aReleaseWithoutToolsHasNothingToPermit() {
    contexts.release =
        contexts.release.replace("tools: [{name: lookup, permissions: [read]}], ", "");
    policy(LOOK_UP);
    assertThat(contexts.findings(check)).containsExactly("no-tools");
    assertThat(contexts.run(check).outcome()).isEqualTo(CheckOutcome.PASS);
  }
}
