package io.countersign.worker.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activity.GateJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code countersign evidence trust}: a draft of {@code trust.yaml} from a worker. It comes from
 * the gate that it is to control, so it says which fingerprints to ask others for.
 */
@Command(
    name = "trust",
    description = {
      "Write a draft of trust.yaml from what a worker says of itself.",
      "Compare its fingerprints with the policy owners, over another way, before you trust it."
    },
    mixinStandardHelpOptions = true)
final class EvidenceTrustCommand implements Callable<Integer> {
  private static final String HEAD =
      """
      # Whom an auditor believes. This draft came from the gate that it is to control: have the policy owners confirm
      # every key and certificate, over another way than the gate, before anything is verified with it.
      """;

  private final Surroundings surroundings;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The draft.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Mixin private RemoteOptions remote;

  @Mixin private JsonOption json;

  EvidenceTrustCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    WholeFile file = new WholeFile(out, force);
    file.requireFree();
    JsonNode trust = remote.open(surroundings).trust();
    byte[] yaml = (HEAD + yaml(trust)).getBytes(StandardCharsets.UTF_8);
    file.write(to -> to.write(yaml));
    Output output = json.to(surroundings);
    output.value(Fingerprints.of(trust));
    Fingerprints.of(trust)
        .forEach(
            line -> output.line("%-24s %s  %s".formatted(line.kind(), line.sha256(), line.name())));
    output.line(
        "Draft in " + out + "; ask the policy owners for these fingerprints before you use it.");
    return ExitCode.DONE.number();
  }

  private static String yaml(JsonNode trust) {
    Map<String, Object> tree =
        GateJson.mapper().convertValue(trust, new TypeReference<Map<String, Object>>() {});
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setDefaultScalarStyle(ScalarStyle.PLAIN)
            .setUseUnicodeEncoding(false)
            .build();
    return new Dump(settings).dumpToString(tree);
  }
}
