"""Measures a model that was trained before, on the whole and by housing, with the counts that intervals need.

    python training/slices.py 1        writes reports/model-quality/1/metrics.json
    python training/slices.py 2        writes reports/model-quality/2/metrics.json

The rows are those that train.py held out. `sampleSizes` says how many cases a share is of: recall of those that are bad,
precision of those that were flagged.
"""

import sys

import onnx
from onnx.reference import ReferenceEvaluator
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import train_test_split

from subject_digest import digest_of
from train import DATA, NUMBERS, ROOT, RUNS, SPLIT_SEED, feeds, read_data, write_json

SLICES = {"own": "own", "rent": "rent", "for free": "free"}


def figures(y, scores):
    guess = (scores >= 0.5).astype(int)
    metrics = {
        "auc": roc_auc_score(y, scores),
        "accuracy": accuracy_score(y, guess),
        "recall": recall_score(y, guess),
        "precision": precision_score(y, guess),
    }
    return {
        "sampleSize": len(y),
        "sampleSizes": {"recall": int(y.sum()), "precision": int(guess.sum())},
        "metrics": {name: round(float(value), 4) for name, value in metrics.items()},
    }


def main(version):
    words, x, y = read_data()
    _, x_held, _, y_held = train_test_split(
        x, y, test_size=0.25, random_state=SPLIT_SEED, stratify=y
    )
    model = ROOT / "models" / version
    graph = onnx.load(model / "model.onnx")
    scores = ReferenceEvaluator(graph).run(None, feeds(x_held))[1][:, 1]
    housing = x_held[:, len(NUMBERS) + words.index("housing")]
    report = {
        "schema": "countersign.io/metrics/v1",
        "model": {"digest": digest_of(model)},
        "dataset": {"digest": digest_of(DATA)},
        **figures(y_held, scores),
        "slices": {
            "housing": {
                name: figures(y_held[housing == word], scores[housing == word])
                for word, name in SLICES.items()
            }
        },
        "trainedBy": ["dana@example.com"],
    }
    folder = ROOT / "reports" / "model-quality" / version
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "metrics.json", report)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in RUNS:
        sys.exit(f"usage: slices.py {'|'.join(RUNS)}")
    main(sys.argv[1])
