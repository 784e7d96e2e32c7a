"""Scores a few rows with a trained model and writes a smoke-test report that names the model and the image.

    python training/smoke_test.py 1 sha256:…        writes reports/deployment-readiness/1/smoke-test.json
    python training/smoke_test.py 2 sha256:…        writes reports/deployment-readiness/2/smoke-test.json

The second argument is the digest of the image that the test runs in. The example has no image: the digest is the one of
its manifests, handed in, and the model runs where this script runs.
"""

import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

from subject_digest import digest_of
from train import NUMBERS, ROOT, RUNS, feeds, read_data, write_json


def scores(session, rows):
    return session.run(None, feeds(rows))[1][:, 1]


def model_loads(session, rows):
    assert scores(session, rows[:1]).shape == (1,)


def scores_are_probabilities(session, rows):
    found = scores(session, rows[:20])
    assert numpy.isfinite(found).all() and (found >= 0).all() and (found <= 1).all()


def same_row_same_score(session, rows):
    assert scores(session, rows[:5]).tolist() == scores(session, rows[:5]).tolist()


def unknown_word_is_scored(session, rows):
    row = rows[:1].copy()
    row[0, len(NUMBERS)] = "a word that no training row has"
    assert numpy.isfinite(scores(session, row)).all()


TESTS = [model_loads, scores_are_probabilities, same_row_same_score, unknown_word_is_scored]


def outcome(test, session, rows):
    try:
        test(session, rows)
        return "passed"
    except AssertionError:
        return "failed"
    except Exception:
        return "error"


def main(version, image):
    model = ROOT / "models" / version
    session = ReferenceEvaluator(onnx.load(model / "model.onnx"))
    _, rows, _ = read_data()
    folder = ROOT / "reports" / "deployment-readiness" / version
    folder.mkdir(parents=True, exist_ok=True)
    write_json(
        folder / "smoke-test.json",
        {
            "schema": "countersign.io/smoke-test/v1",
            "image": {"digest": image},
            "model": {"digest": digest_of(model)},
            "tests": [{"name": t.__name__, "outcome": outcome(t, session, rows)} for t in TESTS],
        },
    )


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in RUNS:
        sys.exit(f"usage: smoke_test.py {'|'.join(RUNS)} sha256:…")
    main(*sys.argv[1:])
