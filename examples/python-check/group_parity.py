"""risk.group-parity: does a table treat groups of people alike?

Demographic parity difference: the largest difference between two groups in the share of positive outcomes. With a column
of predictions the outcome is the prediction, and the equal opportunity difference is measured too: the largest
difference in the share of those who were rightly predicted positive among those who are. A figure, not a verdict on
fairness: which difference is tolerable, between which groups, is what people write into gate.yaml and sign.
"""

import csv
import io
from dataclasses import dataclass

from countersign_check import Refused, Result

CHECK = "risk.group-parity"
MOST_GROUPS = 50


@dataclass(frozen=True)
class Settings:
    """What gate.yaml says below `with`. Unknown and missing settings are refused."""

    group: str
    label: str
    positive: str
    maxDifference: float
    minGroup: int
    subject: str = "dataset"
    file: str = ""
    prediction: str = ""

    @staticmethod
    def of(said):
        try:
            settings = Settings(**said)
        except TypeError as error:
            raise Refused("the settings are not those of this check") from error
        texts = (settings.group, settings.label, settings.positive, settings.subject)
        optional = (settings.file, settings.prediction)
        limit, least = settings.maxDifference, settings.minGroup
        if (
            not all(isinstance(text, str) and text for text in texts)
            or not all(isinstance(text, str) for text in optional)
            or type(limit) not in (int, float)
            or not 0 <= limit <= 1
            or type(least) is not int
            or least < 1
        ):
            raise Refused("the settings are not those of this check")
        return settings


def run(request, subjects):
    settings = Settings.of(request.settings)
    result = Result()
    content = subjects.read(request, settings.subject, settings.file, result)
    where = request.subjects[settings.subject]["uri"]
    measure(content, settings, result, where)
    return result


def measure(content, settings, result, where):
    columns = [settings.group, settings.label] + ([settings.prediction] if settings.prediction else [])
    try:
        table = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
        if table.fieldnames is None or not set(columns) <= set(table.fieldnames):
            result.fail("not-readable", "high", "The table does not have the columns that the rule names.", where)
            return
        rows = [[row[column] for column in columns] for row in table]
    except (UnicodeDecodeError, csv.Error):
        result.fail("not-readable", "high", "The file is not a table of comma-separated values in UTF-8.", where)
        return
    if any(value is None or not value.strip() for row in rows for value in row):
        result.fail("not-readable", "high", "A row has no value in a column that the rule names.", where)
        return
    groups = {}
    for group, *rest in rows:
        groups.setdefault(group, []).append(rest)
    if len(groups) > MOST_GROUPS:
        result.fail("not-measurable", "high", f"There are more than {MOST_GROUPS} groups.", where)
        return
    judge(groups, settings, result, where)


def judge(groups, settings, result, where):
    result.measurements["rows"] = str(sum(len(rows) for rows in groups.values()))
    large = sorted(name for name, rows in groups.items() if len(rows) >= settings.minGroup)
    result.measurements["groups"] = str(len(large))
    if len(large) < len(groups):
        small = len(groups) - len(large)
        result.note("small-group", "low", f"{small} groups have too few rows to be compared.", where)
    outcomes = {name: [row[-1] == settings.positive for row in groups[name]] for name in large}
    compare("demographic-parity-difference", outcomes, settings, result, where)
    if settings.prediction:
        deserving = {
            name: [row[1] == settings.positive for row in groups[name] if row[0] == settings.positive] for name in large
        }
        compare("equal-opportunity-difference", deserving, settings, result, where)


def compare(name, outcomes, settings, result, where):
    rates = {group: sum(seen) / len(seen) for group, seen in outcomes.items() if seen}
    if len(rates) < 2 or len(rates) < len(outcomes):
        result.fail("not-measurable", "high", f"{name}: fewer than two groups can be compared.", where)
        return
    difference = max(rates.values()) - min(rates.values())
    result.measurements[name] = f"{difference:.4f}"
    if difference > settings.maxDifference:
        result.fail(
            "groups-differ",
            "high",
            f"{name} by {settings.group} is {difference:.4f}, allowed is {settings.maxDifference}.",
            where,
        )
