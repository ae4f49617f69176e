#!/bin/bash
# cron-parser-py: on a 29 February it cannot tell the next or the last run of any job; each call is a ValueError. And a week from Friday to Sunday,
# FRI-SUN or 5-7, is called wrong.
#
# Versions: cron-parser-py 1.0.0, and croniter 6.0.0 to compare with (PyPI), Python 3.11.
# Expected: its documentation of next_run(): "raises CronScheduleError if no run time is found within 5 years", nothing else. crontab(5): "day of week 0-7
#   (0 or 7 is Sunday)", so 5-7 is Friday to Sunday; the package itself: "0 = Sunday ... 6 = Saturday (7 is also accepted as Sunday)".
# Seen: with the reference time 29 February 2028, 10:30, next_run("*/15 * * * *") and previous_run() are ValueError "day is out of range for month": it
#   looks for the same day five years on, which is no leap year. The day before and the day after they are right. is_valid("0 9 * * 5-7") and of "FRI-SUN"
#   are False; "5,6,7" is fine. croniter answers all.
# Why it matters: each scheduler built on it stops for a day in February 2028, and no test before that day shows it. The error is not of the class
#   CronParseError that callers catch.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check cron-parser-py==1.0.0 croniter==6.0.0

cat > find.py <<'PY'
import sys
from datetime import datetime

import cron_parser_py
from croniter import croniter


def ask(function, line, now):
    try:
        return str(function(line, now))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


wrong, right = set(), []
for day in (datetime(2028, 2, 28, 10, 30), datetime(2028, 2, 29, 10, 30), datetime(2028, 3, 1, 10, 30)):
    for line in ("*/15 * * * *", "0 12 * * *", "0 0 1 1 *"):
        mine = ask(cron_parser_py.next_run, line, day), ask(cron_parser_py.previous_run, line, day)
        other = croniter(line, day)
        other = str(other.get_next(datetime)), str(croniter(line, day).get_prev(datetime))
        print(f"{day:%d %B %Y}, {line}: {mine[0]}, {mine[1]}; croniter: {other[0]}, {other[1]}")
        if day.day == 29:
            wrong |= set(mine)
        else:
            right.append(mine == other)
ranges = [cron_parser_py.is_valid(f"0 9 * * {days}") for days in ("5-7", "FRI-SUN", "5,6,7")]
print("5-7, FRI-SUN and 5,6,7 valid:", ranges, "- by croniter:", [croniter.is_valid(f"0 9 * * {days}") for days in ("5-7", "FRI-SUN", "5,6,7")])
sys.exit(wrong != {"ValueError: day is out of range for month"} or not all(right) or ranges != [False, False, True])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
