#!/bin/bash
# cal-parser: the text of an alarm replaces the description of its event, one of several attendees is left, and nine o'clock in Berlin is
# nine in London.
#
# Versions: cal-parser 1.0.2, ical.js 2.2.1 to compare with (npm), Node.js.
# Expected: RFC 5545, section 3.6.6: VALARM is a component inside VEVENT, with a DESCRIPTION of its own. Section 3.8.4.1: ATTENDEE may be
#   given several times. Section 3.3.5: a time with TZID is one in that time zone.
# Seen: the properties of the alarm are written over those of the event, and are at its top level: description, "trigger", "action", and
#   even "begin": "VALARM". The last ATTENDEE is left. DTSTART;TZID=Europe/Berlin is read as if it ended in Z, one hour late in winter, two
#   in summer.
# Why it matters: invitations have several attendees, and events an alarm whose text is "Reminder" or "This is an event reminder": that
#   stands in the place of the agenda.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cal-parser@1.0.2 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { parseString } = require("cal-parser");

const text = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260210T090000
DESCRIPTION:Agenda: budget\\, staff
ATTENDEE;CN=Jo:mailto:jo@example.org
ATTENDEE;CN=Mo:mailto:mo@example.org
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");
const calendar = new ICAL.Component(ICAL.parse(text));
const right = calendar.getFirstSubcomponent("vevent");
const zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone"));
const start = right.getFirstPropertyValue("dtstart");
start.zone = zone;
const [event] = parseString(text).events;
console.log("ical.js:    ", right.getFirstPropertyValue("description"), "|", right.getAllProperties("attendee").length, "attendees |",
  start.toJSDate().toISOString());
console.log("cal-parser: ", event.description.value, "|", JSON.stringify(event.attendee), "|", event.dtstart.value.toISOString());
console.log("            ", JSON.stringify([event.begin, event.trigger]));
JS
TZ=Europe/Berlin timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
ical.js:     Agenda: budget, staff | 2 attendees | 2026-02-10T08:00:00.000Z
cal-parser:  Reminder | {"value":"mailto:mo@example.org","params":{"cn":"Mo"}} | 2026-02-10T09:00:00.000Z
             [{"value":"VALARM"},{"value":"-PT15M"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
