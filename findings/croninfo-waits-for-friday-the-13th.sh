#!/bin/bash
# croninfo: with a day of the month and a day of the week it waits for a day that is both. Lists run out of order, and a command with an argument is
# refused.
#
# Versions: croninfo 1.0.1, and croniter 6.0.0 and cron-parser-py 1.0.0 to compare with (PyPI), Python 3.11.
# Expected: crontab(5), to which its source links (FreeBSD): "the day of a command's execution can be specified by two fields. If both fields are
#   restricted (i.e., are not *), the command will be run when either field matches the current time." The sixth field, "the rest of the line", is the
#   command.
# Seen: "0 0 13 * 5" after 30 November 2026 runs on 13 August 2027 for croninfo, the next Friday the 13th; for cron, croniter and cron-parser-py on
#   Friday, 4 December. "0 12 1-7 * 1" has its next run a week late. "10,5 9 * * *" gives 09:10 before 09:05. "0 5 * * * /bin/backup -v" is ValueError
#   "Crontab expression must be of 6 fields, Received: 7".
# Why it matters: one looks a line up to learn when it runs; here the answer is eight months off, while the real cron runs the job each week.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check croninfo==1.0.1 croniter==6.0.0 cron-parser-py==1.0.0

cat > find.py <<'PY'
import datetime as dt
import sys

import cron_parser_py
from croninfo import Crontab
from croniter import croniter

NOW = dt.datetime(2026, 11, 30, 10, 30, tzinfo=dt.timezone.utc)


def runs(line):
    crontab = Crontab.from_parse(expr=f"{line} /bin/true", tz=dt.timezone.utc)
    return [f"{run:%Y-%m-%d %H:%M}" for run, _ in zip(crontab.iter(NOW), range(2))]


seen = {}
for line in ("0 0 13 * 5", "0 12 1-7 * 1", "10,5 9 * * *", "30 9 * * 2"):
    other = croniter(line, NOW)
    others = [f"{other.get_next(dt.datetime):%Y-%m-%d %H:%M}" for _ in range(2)]
    third = [f"{run:%Y-%m-%d %H:%M}" for run in cron_parser_py.next_runs(line, 2, NOW.replace(tzinfo=None))]
    seen[line] = (runs(line), others, third)
    print(f"{line}: croninfo {seen[line][0]}, croniter {others}, cron-parser-py {third}")
try:
    Crontab.from_parse(expr="0 5 * * * /bin/backup -v", tz=dt.timezone.utc)
    refused = ""
except ValueError as error:
    refused = str(error)
print("with an argument:", refused)
sys.exit(
    seen["0 0 13 * 5"][0][0] != "2027-08-13 00:00"
    or seen["0 0 13 * 5"][1][0] != "2026-12-04 00:00"
    or seen["0 12 1-7 * 1"][0][0] != "2026-12-07 12:00"
    or seen["0 12 1-7 * 1"][1][0] != "2026-11-30 12:00"
    or seen["10,5 9 * * *"][0] != ["2026-12-01 09:10", "2026-12-01 09:05"]
    or any(others != third for _, others, third in seen.values())
    or len({tuple(result) for result in seen["30 9 * * 2"]}) != 1
    or "must be of 6 fields" not in refused
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
