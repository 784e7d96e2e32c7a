package io.countersign.activities.release;

import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.GatePolicy.Emergency;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.policy.Requirement;
import io.countersign.release.Manifest;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an emergency release skips, compared with the tier that it would have had. Derived from
 * frozen rules and manifest alone, so that everybody derives the same.
 *
 * @param full the tier that it would have had
 * @param review within this time after going live it must be reviewed
 * @param places who must review it, by function
 * @param checks checks of the full tier that are not run
 */
public record EmergencyCase(
    String incident,
    String reason,
    String full,
    Span review,
    List<Requirement> places,
    List<String> checks) {
  public EmergencyCase {
    places = List.copyOf(places);
    checks = List.copyOf(checks);
  }

  /** The case of a release, or nothing when it is no emergency. */
  public static Optional<EmergencyCase> of(Dossier dossier) {
    Emergency rules = dossier.tier().emergency();
    Manifest.Emergency asked = dossier.manifest().emergency();
    if (rules == null || asked == null) {
      return Optional.empty();
    }
    Tier full = dossier.fullTier();
    List<String> run = dossier.tier().checks().stream().map(CheckRule::check).toList();
    List<String> skipped =
        full.checks().stream().map(CheckRule::check).filter(check -> !run.contains(check)).toList();
    return Optional.of(
        new EmergencyCase(
            asked.incident(),
            asked.reason(),
            full.name(),
            rules.review(),
            places(dossier.tier(), full, skipped),
            skipped));
  }

  /**
   * The places that stayed empty; where only checks are skipped, one person of each of their
   * functions; where nothing is, one of each function that signs: no emergency goes unreviewed.
   */
  private static List<Requirement> places(Tier own, Tier full, List<String> skipped) {
    List<Requirement> places = new ArrayList<>();
    for (Requirement wanted : full.requirements()) {
      int signs =
          own.requirements().stream()
              .filter(one -> one.function() == wanted.function())
              .mapToInt(Requirement::quorum)
              .sum();
      if (wanted.quorum() > signs) {
        places.add(new Requirement(wanted.function(), wanted.quorum() - signs));
      }
    }
    if (places.isEmpty()) {
      skipped.stream()
          .map(check -> GateFunction.parse(check.substring(0, check.indexOf('.'))))
          .distinct()
          .forEach(function -> places.add(new Requirement(function, 1)));
    }
    if (places.isEmpty()) {
      own.requirements().forEach(one -> places.add(new Requirement(one.function(), 1)));
    }
    return places;
  }

  /** One line for people; the first of the review. */
  public String words() {
    return incident
        + ": "
        + reason
        + ". Instead of tier "
        + full
        + "; skips "
        + (checks.isEmpty() ? "no check" : String.join(", ", checks))
        + "; to be reviewed within "
        + review
        + " by "
        + places.stream()
            .map(place -> place.quorum() + " " + place.function())
            .collect(Collectors.joining(", "));
  }
}
