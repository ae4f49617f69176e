#!/bin/bash
# yaml2ics: a series of whole days of which one is taken out cannot be read by ical.js, and a series leaves out the day that it is said to
# go until.
#
# Versions: yaml2ics 0.3 with ics 0.8.0.dev0; ical.js 2.2.1 (npm) and recurring-ical-events 3.8.2 as readers, Python 3.11, Node.js.
# Expected: RFC 5545, section 3.8.5.1: EXDATE is a DATE-TIME unless it says VALUE=DATE, and section 3.2.19: "The TZID property parameter
#   MUST NOT be applied to DATE properties". Section 3.3.10: UNTIL "MUST have the same value type as the DTSTART property", a date for
#   whole days, and UTC for a start with a time zone. The package has except_on for exceptions and until for the end of a series.
# Seen: for a weekly whole day from 2026-03-03 with except_on 2026-03-10 and until 2026-03-24 it writes
#   EXDATE;TZID=/ics.py/2020.1/Europe/Berlin:20260310 and UNTIL=20260324T000000. ical.js raises "invalid date-time value" for the series,
#   so that none of its days is there. For a weekly meeting at 9:00 with until 2026-03-24, a Tuesday, UNTIL is that day at 0:00 in no time
#   zone, and both readers have no meeting on that day.
# Why it matters: ical.js is what Thunderbird and Nextcloud read with. One holiday that is taken out, and the whole series is missing; and
#   the last meeting of a series always is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check yaml2ics==0.3 ics==0.8.0.dev0
python3 -m venv other
other/bin/pip install -qq --disable-pip-version-check recurring-ical-events==3.8.2
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1 >npm.log 2>&1

cat > calendar.yaml <<'YAML'
name: Team
timezone: Europe/Berlin
events:
  - summary: day
    begin: 2026-03-03
    repeat:
      interval: {weeks: 1}
      until: 2026-03-24
      except_on: [2026-03-10]
  - summary: hour
    begin: 2026-03-03 09:00:00
    duration: {hours: 1}
    repeat:
      interval: {weeks: 1}
      until: 2026-03-24
YAML
timeout 60 venv/bin/yaml2ics calendar.yaml > calendar.ics
cat > find.py <<'PY'
import sys

import icalendar
import recurring_ical_events

calendar = icalendar.Calendar.from_ical(open("calendar.ics").read())
days = {"day": [], "hour": []}
for event in recurring_ical_events.of(calendar).between((2026, 3, 1), (2026, 4, 1)):
    days[event["SUMMARY"]].append(event.start.day)
print("recurring-ical-events:", {name: sorted(numbers) for name, numbers in days.items()})
sys.exit(sorted(days["hour"]) != [3, 10, 17])
PY
cat > second.mjs <<'JS'
import { readFileSync } from "fs";
import ICAL from "ical.js";
for (const part of new ICAL.Component(ICAL.parse(readFileSync("calendar.ics", "utf8"))).getAllSubcomponents("vevent")) {
  const days = [];
  try {
    const iterator = new ICAL.Event(part).iterator();
    for (let next; (next = iterator.next()); ) days.push(next.day);
  } catch (error) {
    days.push(error.message);
  }
  console.log("ical.js:", part.getFirstPropertyValue("summary"), days.join(" "));
}
JS
grep -E '^(DTSTART;|EXDATE|RRULE:FREQ=WEEKLY)' calendar.ics | tr -d '\r' | tee seen
timeout 30 node second.mjs | tee second
grep -qx 'ical.js: hour 3 10 17' second && grep -q '^ical.js: day invalid date-time value' second || { echo "CHANGED: see above"; exit 1; }
grep -qx 'EXDATE;TZID=/ics.py/2020.1/Europe/Berlin:20260310' seen || { echo "CHANGED: see above"; exit 1; }
timeout 60 other/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
