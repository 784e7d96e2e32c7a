package io.countersign.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who may write anything to Temporal, with nothing but the public {@code temporal}
 * command.
 */
public final class Intruder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUEUE = "countersign";

  private final Path program;
  private final String address;
  private final Path scratch;

  public Intruder(Path program, String address, Path scratch) {
    this.program = program;
    this.address = address;
    this.scratch = scratch;
  }

  /** The argument that a release was started with, stolen from its history. */
  public JsonNode input(String workflowId) {
    JsonNode payload =
        show(workflowId)
            .path("events")
            .path(0)
            .path("workflowExecutionStartedEventAttributes")
            .path("input")
            .path("payloads")
            .path(0)
            .path("data");
    try {
      return JSON.readTree(Base64.getDecoder().decode(payload.asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts another run under the same workflow id. */
  public void startAgain(String workflowId, JsonNode input) {
    run(
        "workflow",
        "start",
        "--type",
        "ReleaseGate",
        "--task-queue",
        QUEUE,
        "--workflow-id",
        workflowId,
        "--id-reuse-policy",
        "AllowDuplicate",
        "--id-conflict-policy",
        "TerminateExisting",
        "--input-file",
        file("input.json", input).toString());
  }

  /** Rewinds a run to its beginning, so that it forgets every signal. */
  public void resetToStart(String workflowId) {
    run(
        "workflow",
        "reset",
        "--workflow-id",
        workflowId,
        "--type",
        "FirstWorkflowTask",
        "--reapply-exclude",
        "Signal",
        "--reapply-exclude",
        "Update",
        "--reason",
        "none of your business");
  }

  /** Keeps the gate's worker from getting any activity, so that the intruder can answer first. */
  public void holdActivities(boolean hold) {
    run(
        "task-queue",
        "config",
        "set",
        "--task-queue",
        QUEUE,
        "--task-queue-type",
        "activity",
        "--queue-rps-limit",
        hold ? "0" : "default",
        "--queue-rps-limit-reason",
        "maintenance");
  }

  /** Sends something that looks like an envelope. */
  public void signal(String workflowId, String name, JsonNode argument) {
    run(
        "workflow",
        "signal",
        "--workflow-id",
        workflowId,
        "--name",
        name,
        "--input-file",
        file("signal.json", argument).toString());
  }

  /** The id of the pending activity of this type. */
  public Optional<String> pending(String workflowId, String type) {
    for (JsonNode activity : describe(workflowId).path("pendingActivities")) {
      if (activity.path("activityType").path("name").asText().equals(type)) {
        return Optional.of(activity.path("activityId").asText());
      }
    }
    return Optional.empty();
  }

  /** Answers an activity in the worker's place. */
  public void complete(String workflowId, String activityId, JsonNode result) {
    complete(workflowId, activityId, result.toString());
  }

  /** Answers with anything, also what is not a result. */
  public void complete(String workflowId, String activityId, String result) {
    run(
        "activity",
        "complete",
        "--workflow-id",
        workflowId,
        "--activity-id",
        activityId,
        "--result",
        result);
  }

  public void terminate(String workflowId) {
    run("workflow", "terminate", "--workflow-id", workflowId, "--reason", "gone");
  }

  /** Whether the newest run has closed. */
  public boolean closed(String workflowId) {
    return !describe(workflowId)
        .path("workflowExecutionInfo")
        .path("status")
        .asText()
        .equals("WORKFLOW_EXECUTION_STATUS_RUNNING");
  }

  private JsonNode describe(String workflowId) {
    return run("workflow", "describe", "--workflow-id", workflowId);
  }

  private JsonNode show(String workflowId) {
    return run("workflow", "show", "--workflow-id", workflowId);
  }

  private JsonNode run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--address", address, "--output", "json"));
    try {
      Path errors = Files.createTempFile(scratch, "temporal", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
              .start();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            String.join(" ", command.subList(1, 4)) + ": " + Files.readString(errors).strip());
      }
      Files.delete(errors);
      return out.startsWith("{") ? JSON.readTree(out) : JSON.createObjectNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Path file(String name, JsonNode content) {
    try {
      return Files.writeString(scratch.resolve(name), content.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
