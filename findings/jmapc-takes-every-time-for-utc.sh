#!/bin/bash
# jmapc: the date of a mail that was sent at 11:00 in Berlin is written back as 11:00 in Greenwich, and a search "since ten o'clock" begins an hour
# late.
#
# Versions: jmapc 0.4.0 (PyPI), Python 3.11 with its datetime to compare with.
# Expected: RFC 8620, section 1.4: a Date is "2014-10-30T14:12:00+08:00", a UTCDate "2014-10-30T06:12:00Z", which is the same moment there. RFC 8621,
#   section 4.1.2.5: sentAt is the Date of the mail, with its zone; section 4.4.1: after and before are UTCDates.
# Seen: jmapc reads "2026-11-30T11:00:00+01:00" as a datetime with its zone, and writes it "2026-11-30T11:00:00Z": the zone is taken off, not
#   computed. So Email.from_dict(...).to_dict() has another moment, and with EmailQueryFilterCondition(after=...) or Email(sent_at=...) each time
#   that is not in UTC is sent as another one. Times in UTC are right.
# Why it matters: datetime.now().astimezone() is how programs make such times. Mails that are saved as drafts, imported or sent have a wrong Date, in
#   the future for people east of Greenwich, and searches miss mails. Give it .astimezone(timezone.utc).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jmapc==0.4.0

cat > find.py <<'PY'
import sys
from datetime import datetime, timedelta, timezone

from jmapc import EmailQueryFilterCondition
from jmapc.models import Email

EARLIER = timedelta(hours=1)
berlin = datetime(2026, 11, 30, 11, 0, tzinfo=timezone(EARLIER))
seen = {}
for name, moment in {"UTC": berlin.astimezone(timezone.utc), "Berlin": berlin}.items():
    read = Email.from_dict({"sentAt": moment.isoformat()})
    written = {
        "read and written": read.to_dict()["sentAt"],
        "sent_at": Email(sent_at=moment).to_dict()["sentAt"],
        "after": EmailQueryFilterCondition(after=moment).to_dict()["after"],
    }
    assert read.sent_at == moment
    seen[name] = {key: datetime.fromisoformat(value) - moment for key, value in written.items()}
    print(f"{name}, {moment.isoformat()}: {written}, late by {[str(late) for late in seen[name].values()]}")
right, late = timedelta(0), EARLIER
sys.exit(set(seen["UTC"].values()) != {right} or set(seen["Berlin"].values()) != {late})
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
