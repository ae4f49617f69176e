#!/bin/bash
# vue-ics: a series ends on the day before the one that was said, the time stamp has a comma behind it, line breaks stay as they are.
#
# Versions: vue-ics 0.1.4 (npm), Node.js; icalendar 6.3.1 (PyPI) as a reader.
# Expected: RFC 5545, section 3.3.10: UNTIL "bounds the recurrence rule in an inclusive manner"; section 3.8.7.2: DTSTAMP is one time in
#   UTC; section 3.3.11: a line break in a text is "\n". Its documentation: "Vue.js plugin for generating ICalendar (.ics) files"; its
#   source says of `until` that it is the date on which the repetition ends.
# Seen: for a daily event at ten, until 2026-12-31T10:00, the rule has UNTIL=20261231T000000Z, so that the 30th is the last day. The line
#   DTSTAMP ends with a comma, and is local time without a zone. The second line of a description is a line of its own without a name.
#   icalendar notes an error for DTSTAMP, and one for that line; neither is in the event then.
# Why it matters: the last meeting of each series is missed; without a time stamp a file is refused by strict programs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts vue-ics@0.1.4 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check icalendar==6.3.1

cat > find.cjs <<'JS'
const { writeFileSync } = require("node:fs");
const plugin = require("vue-ics");

class Vue {}
(plugin.default ?? plugin).install(Vue, { uidDomain: "example.org", prodId: "-//example.org//EN" });
const { $ics } = new Vue();
const rule = { freq: "DAILY", until: "2026-12-31T10:00:00Z" };
for (const [name, description] of [["one", "note"], ["two", "note\nof two lines"]]) {
  $ics.removeAllEvents();
  $ics.addEvent("en", "Meeting", description, "Room 1", "2026-12-01T10:00:00", "2026-12-01T11:00:00", null, null, rule);
  writeFileSync(`${name}.ics`, $ics.calendar());
}
JS
cat > find.py <<'PY'
import re

import icalendar

for name in "one", "two":
    with open(f"{name}.ics") as file:
        text = file.read().strip() + "\n"
    print(f"{name} line(s):")
    for line in text.splitlines():
        if line.startswith(("RRULE", "DTSTAMP", "DESC", "of")):
            print("  " + re.sub(r"\d{8}T\d{6},", "TIME,", line))
    try:
        event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
        print("  icalendar: errors in", [error[0] for error in event.errors])
    except ValueError as error:
        print(f"  icalendar: {error}")
PY
TZ=UTC timeout 60 node find.cjs
venv/bin/python find.py | tee seen
cat > expected <<'TEXT'
one line(s):
  DESCRIPTION:note
  RRULE:FREQ=DAILY;UNTIL=20261231T000000Z
  DTSTAMP;VALUE=DATE-TIME:TIME,
  icalendar: errors in ['DTSTAMP']
two line(s):
  DESCRIPTION:note
  of two lines
  RRULE:FREQ=DAILY;UNTIL=20261231T000000Z
  DTSTAMP;VALUE=DATE-TIME:TIME,
  icalendar: errors in [None, 'DTSTAMP']
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
