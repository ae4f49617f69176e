#!/bin/bash
# txt2ics: of a todo.txt file, for which it is made, it makes an empty calendar without an error, and one line "- IN-PROCESS ...", a word of its own list,
# stops the whole file.
#
# Versions: txt2ics 0.0.4 (PyPI) with icalendar 6.3.1 and python-dotenv 1.1.1, Python 3.11.
# Expected: its description: "A super-tiny utility that converts your todo.txt file into an iCalendar file". The example of the todo.txt format: "(A)
#   Thank Mom for the meatballs @phone", "(B) Schedule Goodwill pickup +GarageSale @phone", "Post signs around the neighborhood +GarageSale". RFC 5545: a
#   calendar must have VERSION and PRODID, and COMPLETED must be a time in UTC.
# Seen: the calendar is "BEGIN:VCALENDAR", "END:VCALENDAR", exit status 0. Only lines that begin with "- " are read, which todo.txt does not have. With "-
#   " in front: of the words in its list, TODO, DONE, EXPIRED and CANCELLED are read, but IN-PROCESS, NEEDS-ACTION, COMPLETED, DELEGATED and CANCELED are
#   Exception "Status not recognized". No calendar has VERSION or PRODID; the day of "[x] 2026-11-30" is "COMPLETED:20261130T235900".
# Why it matters: the list that one subscribes to is empty, and a client that drops what is no longer there deletes the tasks that it had.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check txt2ics==0.0.4 icalendar==6.3.1 python-dotenv==1.1.1

cat > find.py <<'PY'
import subprocess
import sys
from pathlib import Path


def convert(*lines):
    Path("todo.txt").write_text("".join(line + "\n" for line in lines))
    done = subprocess.run(
        [sys.executable, "-m", "txt2ics", "convert", "todo.txt"], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout.split("\n"), (done.stderr.strip().split("\n") or [""])[-1]


tasks = [
    "(A) Thank Mom for the meatballs @phone",
    "(B) Schedule Goodwill pickup +GarageSale @phone",
    "Post signs around the neighborhood +GarageSale",
    "x 2011-03-03 Call Mom",
]
plain = convert(*tasks)
print("todo.txt:", *plain)
good, bad = [], []
for word in "TODO DONE EXPIRED CANCELLED CANCELED NEEDS-ACTION COMPLETED IN-PROCESS DELEGATED".split():
    code, text, error = convert("- TODO Write letter", f"- {word} Build shed")
    print(word, code, text[1:2], error)
    if code == 0 and "SUMMARY:Build shed" in [line.strip() for line in text]:
        good.append(word)
    elif error == f"Exception: Status not recognized: {word}" and not any(text):
        bad.append(word)
code, text, error = convert("- [x] 2026-11-30 2026-11-01 Pay rent")
text = [line.strip() for line in text]
print(*text, error)
sys.exit(
    plain[0] != 0
    or [line.strip() for line in plain[1] if line.strip()] != ["BEGIN:VCALENDAR", "END:VCALENDAR"]
    or good != ["TODO", "DONE", "EXPIRED", "CANCELLED"]
    or bad != ["CANCELED", "NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "DELEGATED"]
    or any(line.startswith(("VERSION", "PRODID")) for line in text)
    or "COMPLETED:20261130T235900" not in text
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
