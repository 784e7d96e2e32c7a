package io.countersign.activities.adapter.cedar;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimePolicy.Possibility;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CedarPoliciesTests {
  private static final Map<String, String> DEFECTS =
      Map.ofEntries(
          Map.entry("no-cedar", "a.cedar: is no Cedar: "),
          Map.entry("unknown-attribute", "a.cedar#policy0: "),
          Map.entry("wrong-permission-type", "a.cedar#policy0: "),
          Map.entry("unknown-action", "a.cedar#policy0: "),
          Map.entry("template", "a.cedar: has a template"),
          Map.entry("misspelt-extension", "stop.ceder: only *.cedar"),
          Map.entry("two-with-one-id", "a.cedar#one: a second policy has this @id"),
          Map.entry("bad-id", "a.cedar: the @id one two is not 1 to 64"),
          Map.entry("no-policy-file", "the policy has no file *.cedar"),
          Map.entry("empty-file", "a.cedar: is empty"),
          Map.entry("not-utf-8", "a.cedar: is not UTF-8"),
          Map.entry("no-policy-in-file", "a.cedar: has no policy"),
          Map.entry(
              "arguments-are-no-schema",
              "arguments.cedarschema: does not declare Application::Arguments: "),
          Map.entry(
              "arguments-open-our-namespace",
              "arguments.cedarschema: declares namespace Countersign"),
          Map.entry(
              "arguments-declare-none",
              "arguments.cedarschema: does not declare Application::Arguments: "),
          Map.entry("guard-rail-that-permits", "guard-rail/org.cedar#policy0: permits"),
          Map.entry(
              "guard-rail-with-arguments", "guard-rail/arguments.cedarschema: guard rails have"));

  private static final String REFUNDS =
      """
      @id("look-up")
      permit (principal, action, resource == Countersign::Tool::"refund.lookup")
      when { context.permission == Countersign::Permission::"read" };

      @id("small-refunds")
      permit (principal, action, resource == Countersign::Tool::"refund.issue")
      when { context.arguments has amountCents && context.arguments.amountCents < 20000 };

      @id("not-for-children")
      forbid (principal, action, resource)
      when { context.dataClasses.contains(Countersign::DataClass::"minors") };
      """;
  private static final String ARGUMENTS =
      "namespace Application { type Arguments = { amountCents?: Long, note?: String }; }";
  private static final String GUARD_RAIL =
      """
      @id("no-refunds-in-staging")
      forbid (principal, action, resource == Countersign::Tool::"refund.issue")
      when { context.release.environment == "staging" };
      """;

  private final CedarPolicies policies = new CedarPolicies();

  static Stream<Path> broken() throws IOException, URISyntaxException {
    try (Stream<Path> list =
        Files.list(Path.of(CedarPoliciesTests.class.getResource("broken").toURI()))) {
      return list.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesWhatIsBrokenAndSaysWhere(Path folder) throws IOException {
    Path rails = folder.resolve("guard-rails");
    Compilation compilation =
        policies.compile(read(folder), Files.isDirectory(rails) ? read(rails) : Map.of());
    assertThat(DEFECTS).containsKey(folder.getFileName().toString());
    assertThat(((Compilation.Refused) compilation).defects())
        .first()
        .asString()
        .startsWith(DEFECTS.get(folder.getFileName().toString()));
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

  @ParameterizedTest
  @CsvSource({
    "production, refund.lookup, read,   0,     false, PERMITTED,     p.cedar#look-up",
    "production, refund.lookup, write,  0,     false, NOT_PERMITTED, ",
    "production, refund.issue,  create, 19999, false, PERMITTED,     p.cedar#small-refunds",
    "production, refund.issue,  create, 20000, false, NOT_PERMITTED, ",
    "staging,    refund.issue,  create, 1,     false, FORBIDDEN,     guard-rail/org.cedar#no-refunds-in-staging",
    "production, refund.lookup, read,   0,     true,  FORBIDDEN,     p.cedar#not-for-children",
    "production, other,         read,   0,     false, NOT_PERMITTED, "
  })
  void decides(
      String environment,
      String tool,
      String permission,
      long amount,
      boolean minors,
      Answer answer,
      String policy) {
    RuntimeVerdict verdict =
        refunds()
            .decide(
                request(
                    environment,
                    tool,
                    permission,
                    minors ? List.of("pii", "minors") : List.of("pii"),
                    Map.of("amountCents", amount)));
    assertThat(verdict)
        .isEqualTo(new RuntimeVerdict(answer, policy == null ? List.of() : List.of(policy)));
  }

  @Test
  void argumentsOfAnotherTypeOrNameAreRefused() {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("amountCents", "1"), Map.of("amountCents", true), Map.of("amount", 1L))) {
      assertThat(
              refunds()
                  .decide(request("production", "refund.issue", "create", List.of(), wrong))
                  .answer())
          .isEqualTo(Answer.ARGUMENTS_REFUSED);
    }
  }

  /** Cedar itself skips a policy that breaks off, and would allow this. */
  @Test
  void aForbidThatBreaksOffIsNoPermission() {
    RuntimePolicy policy =
        ready(
            Map.of(
                "p.cedar",
                "permit (principal, action, resource);\n"
                    + "@id(\"stop\") forbid (principal, action, resource)"
                    + " when { context.arguments.amountCents + 1 > 5 };",
                "arguments.cedarschema",
                "namespace Application { type Arguments = { amountCents: Long }; }"),
            Map.of());
    assertThat(
            policy.decide(
                request(
                    "production",
                    "refund.issue",
                    "create",
                    List.of(),
                    Map.of("amountCents", Long.MAX_VALUE))))
        .isEqualTo(new RuntimeVerdict(Answer.ERRORED, List.of("p.cedar#stop")));
  }

  @ParameterizedTest
  @CsvSource({
    "production, refund.lookup, read,   pii,    ALWAYS",
    "production, refund.lookup, write,  pii,    NEVER",
    "production, refund.issue,  create, pii,    SOMETIMES",
    "staging,    refund.issue,  create, pii,    NEVER",
    "production, refund.issue,  create, minors, NEVER"
  })
  void saysWhatMayEverBePermitted(
      String environment, String tool, String permission, String dataClass, Possibility possible) {
    assertThat(
            refunds()
                .prospect(request(environment, tool, permission, List.of(dataClass), Map.of()))
                .possibility())
        .isEqualTo(possible);
  }

  /** Each of these would end the process in the native library if it were handed on. */
  @ParameterizedTest
  @CsvSource({"(, )", "[, ]", "!(, )", "{a:, }", "'if true then ', ' else true'", "-(, )"})
  void whatIsNestedTooDeeplyNeverReachesTheEngine(String open, String close) {
    String body = open.repeat(2000) + "true" + close.repeat(2000);
    assertThat(defects("permit (principal, action, resource)\nwhen { " + body + " };"))
        .singleElement()
        .asString()
        .startsWith("p.cedar: line 2: nested more than 32 deep");
  }

  @ParameterizedTest
  @CsvSource({"(, )", "!(, )", "'if true then ', ' else true'"})
  void whatIsNestedAsDeeplyAsIsAllowedIsRead(String open, String close) {
    int depth = PolicyText.DEEPEST - 1;
    RuntimePolicy policy =
        ready(
            Map.of(
                "p.cedar",
                "permit (principal, action, resource) when { "
                    + open.repeat(depth)
                    + "true"
                    + close.repeat(depth)
                    + " };"),
            Map.of());
    assertThat(policy.names()).containsExactly("p.cedar#policy0");
  }

  /** Long without being deep: the engine answers, and what it cannot evaluate is no permission. */
  @ParameterizedTest
  @CsvSource({" && true", " || false", " && (1 + 1 == 2)"})
  void aLongPolicyIsBounded(String more) {
    int times = (PolicyText.MOST_BYTES - 100) / more.length();
    RuntimePolicy policy =
        ready(
            Map.of(
                "p.cedar",
                "permit (principal, action, resource) when { true" + more.repeat(times) + " };"),
            Map.of());
    RuntimeRequest request = request("production", "t", "read", List.of(), Map.of());
    assertThat(policy.decide(request).answer()).isIn(Answer.PERMITTED, Answer.ERRORED);
    assertThat(policy.prospect(request).possibility()).isNotEqualTo(Possibility.NEVER);
  }

  @Test
  void bracketsInStringsAndCommentsAreNoNesting() {
    String brackets = "(".repeat(200);
    assertThat(
            ready(
                    Map.of(
                        "p.cedar",
                        "// "
                            + brackets
                            + "\npermit (principal, action, resource) when { \"\\\""
                            + brackets
                            + "\" != \"if\" };"),
                    Map.of())
                .names())
        .hasSize(1);
  }

  @Test
  void tooMuchIsRefused() {
    String one = "permit (principal, action, resource);\n";
    assertThat(defects(" ".repeat(PolicyText.MOST_BYTES) + one))
        .singleElement()
        .asString()
        .contains("65536 are allowed");
    assertThat(defects(one.repeat(CedarPolicies.MOST_POLICIES + 1)))
        .containsExactly("there are 1001 policies; 1000 are allowed");
    Map<String, byte[]> many = new TreeMap<>();
    IntStream.range(0, 5).forEach(i -> many.put(i + ".cedar", bytes(one + " ".repeat(60_000))));
    assertThat(((Compilation.Refused) policies.compile(many, Map.of())).defects())
        .singleElement()
        .asString()
        .startsWith("the policy and its guard rails have");
  }

  @Test
  void manyDefectsAreCut() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append("permit (principal, action, resource) when { context.nothing };\n");
    }
    assertThat(defects(text.toString())).hasSize(21).last().isEqualTo("and 80 more");
  }

  /** What looks alike to a person, or to a reader that stops at a NUL, is another text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "open\u0000", "open\u0000x", "\u0000open", "open ", "OPEN", "\uFF4Fpen", "op\u0435n",
        "open\uD800", "\uDC00open", "open\u200B", "open\"", "open\\", "open\n", "{\"__entity\":1}"
      })
  void noOtherTextPassesForTheOneThatThePolicyNames(String note) {
    RuntimePolicy policy =
        ready(
            Map.of(
                "p.cedar",
                "permit (principal, action, resource)"
                    + " when { context.arguments has note && context.arguments.note == \"open\" };",
                "arguments.cedarschema",
                ARGUMENTS),
            Map.of());
    assertThat(policy.decide(asked("open")).answer()).isEqualTo(Answer.PERMITTED);
    assertThat(policy.decide(asked(note)).answer()).isNotEqualTo(Answer.PERMITTED);
    RuntimePolicy named =
        ready(
            Map.of(
                "p.cedar",
                "permit (principal, action, resource == Countersign::Tool::\"open\")"
                    + " when { context.permission == Countersign::Permission::\"open\" };"),
            Map.of());
    assertThat(named.decide(request("production", "open", "open", List.of(), Map.of())).answer())
        .isEqualTo(Answer.PERMITTED);
    for (RuntimeRequest other :
        List.of(
            request("production", note, "open", List.of(), Map.of()),
            request("production", "open", note, List.of(), Map.of()))) {
      assertThat(named.decide(other).answer()).isNotEqualTo(Answer.PERMITTED);
    }
  }

  private static RuntimeRequest asked(String note) {
    return request("production", "refund.lookup", "read", List.of(), Map.of("note", note));
  }

  private RuntimePolicy refunds() {
    return ready(
        Map.of("p.cedar", REFUNDS, "arguments.cedarschema", ARGUMENTS, "README.md", "Words."),
        Map.of("org.cedar", GUARD_RAIL));
  }

  private RuntimePolicy ready(Map<String, String> policy, Map<String, String> rails) {
    Compilation compilation = policies.compile(encoded(policy), encoded(rails));
    assertThat(compilation).isInstanceOf(Compilation.Ready.class);
    return ((Compilation.Ready) compilation).policy();
  }

  private List<String> defects(String text) {
    return ((Compilation.Refused) policies.compile(Map.of("p.cedar", bytes(text)), Map.of()))
        .defects();
  }

  private static Map<String, byte[]> encoded(Map<String, String> files) {
    Map<String, byte[]> encoded = new TreeMap<>();
    files.forEach((name, text) -> encoded.put(name, bytes(text)));
    return encoded;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RuntimeRequest request(
      String environment,
      String tool,
      String permission,
      List<String> dataClasses,
      Map<String, Object> arguments) {
    return new RuntimeRequest(
        "spiffe://prod.example.com/fraud-scorer",
        ReleaseId.parse(environment + "/fraud-scorer/2026.11.1"),
        tool,
        permission,
        dataClasses,
        arguments);
  }
}
