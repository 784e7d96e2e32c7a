"""The digest of a release's subject, as Countersign defines it, computed without Countersign.

    python training/subject_digest.py models/1 data/train.csv

A file's digest is the SHA-256 of its bytes. A directory's digest is the SHA-256 of a listing in UTF-8, each line ended
by a line feed: first `countersign-directory-v1`, then for every file and directory below it, sorted by path,
`file <size> <SHA-256 in hex> <path>` or `dir <path>`. Hidden and empty ones count; links and names outside Unicode NFC
are refused.
"""

import hashlib
import stat
import sys
import unicodedata
from pathlib import Path


def digest_of(path):
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return "sha256:" + hashlib.sha256(listing(path).encode("utf-8")).hexdigest()
    return "sha256:" + hash_file(path)


def listing(root):
    lines = []
    for entry in root.rglob("*"):
        name = entry.relative_to(root).as_posix()
        if not unicodedata.is_normalized("NFC", name):
            raise ValueError(f"{name!r}: not in Unicode normal form NFC")
        if stat.S_ISDIR(entry.lstat().st_mode):
            lines.append((name, f"dir {name}\n"))
        else:
            lines.append((name, f"file {entry.lstat().st_size} {hash_file(entry)} {name}\n"))
    # Python compares strings by code point, which is the order of the UTF-8 bytes.
    return "countersign-directory-v1\n" + "".join(text for _, text in sorted(lines))


def hash_file(path):
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError(f"{path}: a link, or neither file nor directory")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: subject_digest.py PATH...")
    for argument in sys.argv[1:]:
        print(digest_of(Path(argument)), argument)
