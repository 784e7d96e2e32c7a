package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.util.Set;
import java.util.stream.Collectors;

/** The product: the doors that the command line uses, and the serving worker behind them. */
final class GateCourse implements Course {
  private final Gateway gateway;
  private final Voices voices;
  private final RecordWatch record;

  GateCourse(House house, RecordWatch record) {
    this.gateway = house.gateway;
    this.voices = house.voices;
    this.record = record;
  }

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public String workflowId(ReleaseId release) {
    return release.workflowId();
  }

  @Override
  public void start(Submission submission) {
    gateway.start(submission);
  }

  @Override
  public Digest review(Submission submission) {
    Digest digest = gateway.view(submission.release()).reviewDigest();
    if (digest == null) {
      throw new IllegalStateException("no review yet");
    }
    return digest;
  }

  @Override
  public void signOff(ReleaseId release, String envelope) {
    gateway.signal(release, Message.SIGN_OFF, envelope);
  }

  @Override
  public boolean wantsWorkload() {
    return true;
  }

  @Override
  public Set<ReleaseId> reviewed(Set<ReleaseId> releases) {
    return record.having(EntryKind.REVIEW, releases);
  }

  @Override
  public Set<ReleaseId> live(Set<ReleaseId> releases) {
    return record.having(EntryKind.GRANT, releases);
  }

  @Override
  public void clear(Set<Submission> submissions) {
    for (Submission done : submissions) {
      gateway.signal(
          done.release(),
          Message.ORDER,
          voices.order(done.release(), done.releaseDigest(), OrderKind.RETIRE));
    }
    Set<ReleaseId> releases =
        submissions.stream().map(Submission::release).collect(Collectors.toSet());
    Waiting.until(
        "every release is retired",
        () -> record.having(EntryKind.COMPLETE, releases).size() == releases.size());
  }
}
