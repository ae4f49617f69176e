#!/bin/bash
# ical-toolkit: of a calendar with a time zone no event is left, and of one with an alarm in it none of the events behind it.
#
# Versions: ical-toolkit 1.0.9, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.6: a calendar consists of components one after the other, and VTIMEZONE, with STANDARD and DAYLIGHT in it,
#   and VEVENT, with VALARM in it, are among them.
# Seen: parseToJSON() goes up one level too few at the end of a component inside another one. What follows is put somewhere else: behind
#   VTIMEZONE and behind an event with one VALARM it is gone without an error, and behind one with two VALARM it gets beside VCALENDAR.
# Why it matters: invitations by mail, as all usual programs send them, begin with the time zone: they look empty. Calendars from CalDAV
#   end at the first event with an alarm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ical-toolkit@1.0.9 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { parseToJSON } = require("ical-toolkit");

const event = (uid, ...more) =>
  ["BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", "DTSTART:20260310T090000Z", ...more, "END:VEVENT"];
const alarm = ["BEGIN:VALARM", "TRIGGER:-PT15M", "ACTION:DISPLAY", "DESCRIPTION:Soon", "END:VALARM"];
const zone = ["BEGIN:VTIMEZONE", "TZID:Test", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100",
  "END:STANDARD", "END:VTIMEZONE"];
const calendars = {
  "two events": [...event("a"), ...event("b")],
  "a time zone and two events": [...zone, ...event("a"), ...event("b")],
  "an event with an alarm, and one without": [...event("a", ...alarm), ...event("b")],
  "an event with two alarms, and one without": [...event("a", ...alarm, ...alarm), ...event("b")],
};
for (const [name, lines] of Object.entries(calendars)) {
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
  const right = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((each) => each.getFirstPropertyValue("uid"));
  parseToJSON(text, (error, parsed) => {
    const seen = (parsed.VCALENDAR[0].VEVENT ?? []).map((each) => each.UID);
    console.log(`${name}: ical.js [${right}], ical-toolkit [${seen}], error ${error}`);
  });
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
two events: ical.js [a,b], ical-toolkit [a,b], error null
a time zone and two events: ical.js [a,b], ical-toolkit [], error null
an event with an alarm, and one without: ical.js [a,b], ical-toolkit [a], error null
an event with two alarms, and one without: ical.js [a,b], ical-toolkit [a], error null
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
