package io.countersign.worker.gate;

import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program of docs/runtime-policy.md, section "Ask from your code", as it stands there.
 *
 * @param command how it is run
 */
record AskedByHand(String language, List<String> command) {
  private static final String SECTION = "\n## Ask from your code\n";
  private static final int SECONDS = 60;

  /** What it printed, and how it ended. */
  record Answer(int exit, String said) {}

  /** All three, written to files in this directory. */
  static List<AskedByHand> all(Path directory) throws IOException {
    String page =
        Files.readString(
            Gatehouse.exampleDirectory().resolve("../../docs/runtime-policy.md").normalize());
    String section = page.substring(page.indexOf(SECTION) + 1);
    Path shell = Files.writeString(directory.resolve("ask.sh"), block(section, "sh"));
    Path python = Files.writeString(directory.resolve("ask.py"), block(section, "python"));
    Path java = Files.writeString(directory.resolve("Ask.java"), block(section, "java"));
    return List.of(
        new AskedByHand("curl", List.of("sh", shell.toString())),
        new AskedByHand("Python", List.of(AgentTests.python().toString(), python.toString())),
        new AskedByHand(
            "Java",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                java.toString())));
  }

  private static String block(String section, String language) {
    Matcher block =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(section);
    if (!block.find()) {
      throw new AssertionError("the page has no program in " + language);
    }
    return block.group(1);
  }

  Answer ask(URI decisions, Path token, ReleaseId release) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DECISIONS", decisions.toString());
    builder.environment().put("TOKEN_FILE", token.toString());
    builder.environment().put("RELEASE", release.toString());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(language + " is still running");
      }
      return new Answer(process.exitValue(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public String toString() {
    return language;
  }
}
