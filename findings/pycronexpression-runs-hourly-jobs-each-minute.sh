#!/bin/bash
# PyCronExpression: its hourly expression runs each minute, 480 times a day for "every three hours"; its weekly one for AWS is always refused there;
# nothing can run daily at midnight.
#
# Versions: PyCronExpression 1.0.1 (PyPI, with pytz 2026.2 and tzlocal 5.3.1), Python 3.11, with croniter 6.0.0 to count and aws-cron-expression-validator
#   1.1.15 to check.
# Expected: its guide of hourly(): "Every hour starting at 00am"; a job of every three hours runs 8 times a day. AWS: "You can't specify the Day-of-month
#   and Day-of-week fields in the same cron expression. If you specify a value or a * (asterisk) in one of the fields, you must use a ? (question mark) in
#   the other", and days are "1-7 or SUN-SAT", Sunday the first.
# Seen: hourly(platform="linux", hours=3) is "* */3 * * *": each minute of each third hour, 480 runs on a day. weekly(platform="aws", weekly="monday",
#   ...) is "4 3 * * 1 *", which the validator refuses; put right with "?", 1 would be Sunday, and its "0" for Sunday is no day at all.
#   daily(platform="linux", hours=0) is ValueError "Should pass datetime object or hours value".
# Why it matters: a backup or a bill sent "each three hours" is sent 480 times on the first day.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check PyCronExpression==1.0.1 pytz==2026.2 tzlocal==5.3.1 croniter==6.0.0 aws-cron-expression-validator==1.1.15

cat > find.py <<'PY'
import sys
from datetime import datetime

from aws_cron_expression_validator.validator import AWSCronExpressionValidator
from croniter import croniter
from py_cron_expression import CronJobExpression


def ask(function, *values, **names):
    try:
        return function(*values, **names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def runs(text):
    times, count = croniter(text, datetime(2026, 11, 29, 23, 59)), 0
    while times.get_next(datetime) < datetime(2026, 12, 1):
        count += 1
    return count


cron = CronJobExpression()
hourly = cron.hourly(platform="linux", hours=3)
print("every three hours:", hourly, "- runs on 30 November:", runs(hourly), "- of 0 */3 * * *:", runs("0 */3 * * *"))
weekly = {day: cron.weekly(platform="aws", hours=3, minutes=4, weekly=day) for day in ("monday", "sunday")}
checks = [ask(AWSCronExpressionValidator.validate, text) for text in (*weekly.values(), "4 3 ? * MON *", "4 3 ? * 0 *")]
print("weekly for AWS:", weekly, *checks, sep="\n  ")
midnight = ask(cron.daily, platform="linux", hours=0)
print("daily at midnight:", midnight)
sys.exit(
    hourly != "* */3 * * *"
    or (runs(hourly), runs("0 */3 * * *")) != (480, 8)
    or weekly != {"monday": "4 3 * * 1 *", "sunday": "4 3 * * 0 *"}
    or "must be a question mark" not in str(checks[0])
    or "must be a question mark" not in str(checks[1])
    or checks[2] != "4 3 ? * MON *"
    or "Invalid day-of-week" not in str(checks[3])
    or midnight != "ValueError: Should pass datetime object or hours value"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
