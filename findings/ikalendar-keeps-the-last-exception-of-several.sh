#!/bin/bash
# ikalendar: of the dates on which a series does not take place the last line is left, so that cancelled meetings come back.
#
# Versions: ikalendar 1.5.0, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.8.5.1: "This property can be specified in recurring "VEVENT"...": EXDATE may come more than once in an
#   event, and each may hold several dates. So may RDATE and COMMENT (section 3.6.1).
# Seen: the parser keeps one string for EXDATE, the last line; of three lines, as calendar programs write them for three cancelled
#   meetings, the first two are gone, and the builder writes one. ATTENDEE and CATEGORIES, of which there may be several too, are kept.
# Why it matters: a service that reads a shared calendar, or passes an invitation on, shows meetings that were called off.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ikalendar@1.5.0 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { Builder, Parser } = require("ikalendar");

const text = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20260303T090000Z
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE:20260310T090000Z
EXDATE:20260317T090000Z
EXDATE:20260324T090000Z
COMMENT:one
COMMENT:two
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");

function meetings(each) {
  const event = new ICAL.Event(new ICAL.Component(ICAL.parse(each)).getFirstSubcomponent("vevent"));
  const dates = [];
  for (const iterator = event.iterator(); ;) {
    const next = iterator.next();
    if (!next) return dates.join(" ");
    dates.push(next.toString().slice(0, 10));
  }
}
const calendar = new Parser().parse(text);
console.log("read:  ", JSON.stringify([calendar.events[0].exdate, calendar.events[0].comment]));
console.log("before:", meetings(text));
console.log("after: ", meetings(new Builder(calendar).build()));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
read:   ["20260324T090000Z","two"]
before: 2026-03-03 2026-03-31
after:  2026-03-03 2026-03-10 2026-03-17 2026-03-31
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
