package io.countersign.worker.demo;

import io.countersign.activities.release.Ledger;
import io.countersign.worker.demo.AuditorsMachine.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An auditor takes the evidence of three releases out, and verifies it without the gate. Plays the
 * real commands, each in a process of its own.
 */
final class EvidenceAct {
  private static final String AUDITOR = "aude@example.com";
  private static final String ROLLED_BACK = "2026.11.2";
  private static final String LIVE_NOW = "2026.11.1";
  private static final String REJECTED = "2026.11.3";
  private static final int DONE = 0;
  private static final int DOES_NOT_VERIFY = 8;
  private static final String SIGN_OFF = "https://countersign.io/sign-off/v1";
  private static final String DECISIONS =
      "\"predicateType\":\"https://countersign.io/decisions/v1\"";
  private static final String DECIDED = "Decision nodes signed that";
  private static final String HER_REASON = "The evaluation was wrong.";
  private static final Pattern FLAW = Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b");

  private final Stage stage;
  private final URI worker;
  private final AuditorsMachine auditor;

  /**
   * @param worker the address of the HTTP interface
   * @param out where the auditor's files are left
   */
  EvidenceAct(Stage stage, URI worker, Path out) {
    this.stage = stage;
    this.worker = worker;
    this.auditor = new AuditorsMachine(out);
  }

  Act play() {
    Act act = new Act("g", "An auditor verifies three releases without trusting the gate");
    act.see("draft of whom to trust", DONE, ask("evidence", "trust", "-o", "trust.yaml"));
    act.see("the policy owners know their keys in it", true, ownersConfirm());
    act.see("export of release 2, rolled back", DONE, export(ROLLED_BACK, "release-2.jsonl"));
    act.see("export of release 1, live", DONE, export(LIVE_NOW, "release-1.jsonl"));
    act.see("release 2 verifies, offline", DONE, verify("release-2.jsonl").exit());
    act.see("release 1 verifies up to now", DONE, verify("release-1.jsonl", "--open").exit());
    act.see("export of release 3, rejected", DONE, export(REJECTED, "release-3.jsonl"));
    act.see("release 3 verifies, offline", DONE, verify("release-3.jsonl").exit());
    act.see("release 1 has not ended", DOES_NOT_VERIFY, verify("release-1.jsonl").exit());
    changeOneWord();
    Answer changed = verify("changed.jsonl");
    act.see("one word of what mara signed is changed", DOES_NOT_VERIFY, changed.exit());
    act.see("why: no seal names such a line", "FOREIGN_LINE", flaw(changed));
    act.see("report of release 2", DONE, report("release-2.jsonl", "release-2.html").exit());
    act.see(
        "report of release 1", DONE, report("release-1.jsonl", "release-1.html", "--open").exit());
    act.say("the auditor's files: " + auditor.file(""));
    return act;
  }

  /**
   * Looks into release 1 once more, when its decision node has signed what it decided. To be called
   * after the act.
   */
  void decided(Act act) {
    String bundle = "release-1-decided.jsonl";
    Stage.await(() -> export(LIVE_NOW, bundle) != DONE || tells(bundle));
    act.see("the bundle of release 1 tells what its node decided", true, tells(bundle));
    Answer verified = verify(bundle);
    act.see("it verifies, offline", DONE, verified.exit());
    verified
        .said()
        .lines()
        .map(String::strip)
        .filter(line -> line.contains(DECIDED))
        .forEach(line -> act.say(line.substring(line.indexOf(DECIDED))));
  }

  private boolean tells(String bundle) {
    return read(auditor.file(bundle))
        .lines()
        .map(line -> Ledger.tree(line).path("payload").asText())
        .anyMatch(payload -> clear(payload).contains(DECISIONS));
  }

  private int export(String version, String file) {
    return ask("evidence", "export", stage.release(version).toString(), "-o", file);
  }

  /** A command that asks the worker, signed with the auditor's key. */
  private int ask(String... command) {
    String[] signed = {
      "--force",
      "--url",
      worker.toString(),
      "--key",
      stage.example().keyOf(AUDITOR).toAbsolutePath().toString(),
      "--as",
      AUDITOR
    };
    return auditor
        .run(Stream.of(command, signed).flatMap(Arrays::stream).toArray(String[]::new))
        .exit();
  }

  private Answer verify(String file, String... options) {
    Answer answer = auditor.run(with(options, "evidence", "verify", file, "--keys", "trust.yaml"));
    keep(file + (options.length == 0 ? "" : options[0]) + ".txt", answer.said());
    return answer;
  }

  private Answer report(String file, String page, String... options) {
    return auditor.run(
        with(options, "evidence", "report", file, "--keys", "trust.yaml", "-o", page, "--force"));
  }

  private static String[] with(String[] options, String... command) {
    return Stream.of(command, options).flatMap(Arrays::stream).toArray(String[]::new);
  }

  /** What a policy owner reads to the auditor over the telephone: the key from the own file. */
  private boolean ownersConfirm() {
    String draft = read(auditor.file("trust.yaml"));
    Path keys = stage.example().directory().resolve("keys");
    for (String owner : new String[] {"ines", "paul"}) {
      boolean there =
          read(keys.resolve(owner + ".key.pub"))
              .lines()
              .filter(line -> !line.startsWith("-----"))
              .allMatch(draft::contains);
      if (!there) {
        return false;
      }
    }
    return true;
  }

  /** A forger's hand: another reason in mara's take-back, which she signed herself. */
  private void changeOneWord() {
    String bundle = read(auditor.file("release-2.jsonl"));
    String payload =
        bundle
            .lines()
            .map(line -> Ledger.tree(line).path("payload").asText())
            .filter(line -> clear(line).contains(SIGN_OFF) && clear(line).contains(HER_REASON))
            .findFirst()
            .orElseThrow();
    String forged = clear(payload).replace(HER_REASON, "The evaluation was right.");
    String changed = Base64.getEncoder().encodeToString(forged.getBytes(StandardCharsets.UTF_8));
    try {
      Files.writeString(auditor.file("changed.jsonl"), bundle.replace(payload, changed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String clear(String payload) {
    return new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
  }

  private static String flaw(Answer answer) {
    Matcher flaw = FLAW.matcher(answer.said());
    return flaw.find() ? flaw.group() : answer.said();
  }

  private void keep(String file, String text) {
    try {
      Files.writeString(auditor.file(file), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
