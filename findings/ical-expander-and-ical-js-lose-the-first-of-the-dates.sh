#!/bin/bash
# ical-expander, ical.js: an event with a list of further dates (RDATE) is not on its own first day.
#
# Versions: ical-expander 3.2.0, ical.js 2.2.1 (npm), Node.js; recurring-ical-events 3.8.2 with icalendar 7.3.2 (PyPI) to compare with.
# Expected: RFC 5545, section 3.8.5.2: the recurrence set is made of "the initial DTSTART property along with the RRULE, RDATE, and EXDATE
#   properties"; and a date of RDATE may be a period (VALUE=PERIOD), with an end of its own.
# Seen: of DTSTART on the first of March and RDATE on the fifth and the sixth both give the fifth and the sixth only; with an RRULE beside
#   it, or if RDATE names the first once more, the first is there. With a period ical-expander ends with an error, and the iterator of
#   ical.js gives a period in place of a time.
# Why it matters: courses and series with dates that follow no rule are sent in this way. Whoever looks into the calendar misses the first
#   meeting, and is free at that time for others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical-expander@3.2.0 ical.js@2.2.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.2

cat > right.py <<'PY'
import sys

import icalendar
import recurring_ical_events

events = recurring_ical_events.of(icalendar.Calendar.from_ical(sys.stdin.buffer.read())).between((2026, 3, 1), (2026, 4, 1))
print(", ".join(map(str, sorted(event["DTSTART"].dt.day for event in events))))
PY
cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import ICAL from "ical.js";
import Expander from "ical-expander";

for (const lines of [
  ["RDATE:20260305T090000Z,20260306T090000Z"],
  ["RDATE:20260301T090000Z,20260305T090000Z,20260306T090000Z"],
  ["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260305T090000Z"],
  ["RDATE;VALUE=PERIOD:20260305T090000Z/PT2H"],
]) {
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z",
    "DTSTART:20260301T090000Z", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  const right = execFileSync("venv/bin/python", ["right.py"], { input: text, encoding: "utf8" }).trim();
  const iterator = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")).iterator();
  const days = [];
  for (let time = iterator.next(); time; time = iterator.next()) days.push(time.day ?? `${time}`);
  let seen;
  try {
    const { events, occurrences } = new Expander({ ics: text, maxIterations: 100 }).between(new Date("2026-03-01"), new Date("2026-04-01"));
    seen = [...events, ...occurrences].map(({ startDate }) => startDate.day).join(", ");
  } catch (error) {
    seen = error.message;
  }
  console.log(lines.join(" and "));
  console.log(`  recurring-ical-events ${right}; ical.js ${days.join(", ")}; ical-expander ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
RDATE:20260305T090000Z,20260306T090000Z
  recurring-ical-events 1, 5, 6; ical.js 5, 6; ical-expander 5, 6
RDATE:20260301T090000Z,20260305T090000Z,20260306T090000Z
  recurring-ical-events 1, 5, 6; ical.js 1, 5, 6; ical-expander 1, 5, 6
RRULE:FREQ=DAILY;COUNT=2 and RDATE:20260305T090000Z
  recurring-ical-events 1, 2, 5; ical.js 1, 2, 5; ical-expander 1, 2, 5
RDATE;VALUE=PERIOD:20260305T090000Z/PT2H
  recurring-ical-events 1, 5; ical.js 2026-03-05T09:00:00Z/PT2H; ical-expander this.ruleDates[0].compare is not a function
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
