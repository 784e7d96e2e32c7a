"""python -m unittest, in this directory."""

import hashlib
import json
import os
import tempfile
import unittest
from pathlib import Path

import group_parity
from countersign_check import CouldNotLook, Refused, Request, Subjects

TABLE = b"group,label,guess\n" + b"a,good,good\n" * 6 + b"a,bad,bad\n" * 4 + b"b,good,bad\n" * 5 + b"b,bad,bad\n" * 5
RULE = {"group": "group", "label": "label", "positive": "good", "maxDifference": 0.1, "minGroup": 5}


class GroupParityTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def ask(self, content=TABLE, settings=None, digest=None, uri="train.csv"):
        (self.root / "train.csv").write_bytes(content)
        text = json.dumps(
            {
                "apiVersion": "countersign.io/v1",
                "kind": "CheckRequest",
                "check": group_parity.CHECK,
                "release": "production/x/1",
                "releaseDigest": "sha256:" + "1" * 64,
                "round": 1,
                "subjects": {
                    "dataset": {"uri": uri, "digest": digest or "sha256:" + hashlib.sha256(content).hexdigest()}
                },
                "with": settings or RULE,
            }
        )
        return group_parity.run(Request.parse(text, group_parity.CHECK), Subjects(self.root))

    def found(self, *args, **kwargs):
        return [finding["id"] for finding in self.ask(*args, **kwargs).findings]

    def test_measures_the_difference_between_groups(self):
        result = self.ask()
        self.assertEqual("0.1000", result.measurements["demographic-parity-difference"])
        self.assertFalse(result.failed)
        self.assertEqual("train.csv", result.evidence[0]["name"])

    def test_fails_above_the_limit(self):
        self.assertEqual(["groups-differ"], self.found(settings=RULE | {"maxDifference": 0.09}))

    def test_measures_predictions_and_who_would_have_deserved_them(self):
        result = self.ask(settings=RULE | {"prediction": "guess", "maxDifference": 1})
        self.assertEqual("0.6000", result.measurements["demographic-parity-difference"])
        self.assertEqual("1.0000", result.measurements["equal-opportunity-difference"])

    def test_says_which_groups_are_too_small_and_compares_at_least_two(self):
        self.assertEqual(["small-group"], self.found(TABLE + b"c,bad,bad\n"))
        self.assertEqual(["small-group", "not-measurable"], self.found(settings=RULE | {"minGroup": 100}))

    def test_fails_what_is_no_such_table(self):
        self.assertEqual(["not-readable"], self.found(b"\xff\xfe"))
        self.assertEqual(["not-readable"], self.found(b"other\n1\n"))
        self.assertEqual(["not-readable"], self.found(TABLE + b"b,,bad\n"))
        self.assertEqual(["not-readable"], self.found(TABLE + b"b\n"))

    def test_never_judges_other_bytes_than_those_of_the_release(self):
        with self.assertRaises(CouldNotLook):
            self.ask(digest="sha256:" + "0" * 64)

    def test_reads_nothing_outside_its_root(self):
        for uri in ("/etc/passwd", "../train.csv", "s3://bucket/train.csv", ""):
            with self.assertRaises(Refused):
                self.ask(uri=uri)
        os.symlink("/etc", self.root / "link")
        with self.assertRaises(CouldNotLook):
            self.ask(uri="link/passwd")

    def test_refuses_settings_that_it_does_not_know(self):
        for wrong in ({"maxDiference": 1}, {"maxDifference": "0.1"}, {"maxDifference": 2}, {"minGroup": 0}, {"label": ""}):
            with self.assertRaises(Refused):
                self.ask(settings=RULE | wrong)
        with self.assertRaises(Refused):
            self.ask(settings={"group": "group"})


if __name__ == "__main__":
    unittest.main()
