#!/bin/bash
# hostsd: a file that is not UTF-8 is said to be skipped, but reading ends there: /etc/hosts is written without all files behind it in the order of names.
#
# Versions: hostsd 0.1.4 (PyPI), Python 3.11.
# Expected: the program's own message: "File 20-office is not a text file - skipping". Its documentation of read_directory(): "This will not read files
#   with names that begin with a period ("."), or binary files", so the others are read. hosts(5) knows no character encoding, and comments are free text.
# Seen: of 10-base, 20-office (a comment in Latin-1) and 30-lab the file written has 10-base only; 30-lab is plain ASCII, and the exit status is 0. A file
#   in a folder ends that folder only. Renamed to 90-office, it is the last and nothing else is lost.
# Why it matters: the host names of all later files are gone from the machine after an ordinary run, in silence if nobody reads the output. Check the
#   result before it replaces /etc/hosts, with -o.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check hostsd==0.1.4

cat > find.py <<'PY'
import subprocess
import sys
from pathlib import Path


def run(bad):
    folder = Path(f"hosts-{bad}.d")
    folder.mkdir()
    (folder / "10-base").write_text("127.0.0.1 localhost\n")
    (folder / bad).write_bytes(b"# B\xfcro\n192.0.2.20 office.example.com\n")
    (folder / "30-lab").write_text("192.0.2.30 lab.example.com\n")
    result = subprocess.run(["venv/bin/hostsd", "-d", folder, "-o", "hosts"], capture_output=True, text=True, timeout=20)
    text = Path("hosts").read_text()
    print(f"exit status {result.returncode}: {result.stdout.strip()} {result.stderr.strip()}\n{text}")
    return result.returncode, result.stdout, "localhost" in text, "lab.example.com" in text


first, last = run("20-office"), run("90-office")
sys.exit(
    first[0] != 0
    or "20-office is not a text file - skipping" not in first[1]
    or first[2:] != (True, False)
    or last[2:] != (True, True)
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
