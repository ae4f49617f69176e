#!/bin/bash
# ics-js, datebook: the first writes a Date without its zone, and a line break as a fold; both write names of attendees with commas as they
# are, and datebook its PRODID behind the event.
#
# Versions: ics-js 0.10.2, datebook 8.0.1, ical.js 2.2.1 as the reader (npm), Node.js.
# Expected: RFC 5545, section 3.3.5: a time in UTC ends with Z, one without is the same hour in each place. Section 3.3.11: a line break of
#   a text is written \n. Section 3.2: values of parameters with a comma, a colon or a semicolon are quoted. Section 3.4: the properties of
#   the calendar stand in front of its components.
# Seen: of a Date at 09:00 UTC ics-js makes DTSTART;VALUE=DATE-TIME:20260310T090000, which is nine o'clock wherever it is read; with
#   TZ=Asia/Tokyo in the environment it is 180000. "one" and "two" on two lines are read as "onetwo". CN=Doe, Jo: x is read with the address
#   " x" by ical.js, of both packages. In datebook's output PRODID is behind END:VEVENT.
# Why it matters: meetings are entered at another hour for everybody elsewhere, invitations reach nobody, and stricter readers take no
#   calendar without a PRODID in its head.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ics-js@0.10.2 datebook@8.0.1 ical.js@2.2.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "module";
import { ICalendar } from "datebook";
import ICAL from "ical.js";

const ics = createRequire(import.meta.url)("ics-js");
const start = new Date("2026-03-10T09:00:00Z");
const end = new Date("2026-03-10T10:00:00Z");

function make(name) {
  if (name === "datebook") {
    const attendees = [{ name: "Doe, Jo: x", email: "jo@example.org" }];
    return new ICalendar({ title: "Lunch", description: "one\ntwo", location: "Room", start, end, attendees }).render();
  }
  const calendar = new ics.VCALENDAR();
  calendar.addProp("VERSION", 2);
  calendar.addProp("PRODID", "-//Example//EN");
  const event = new ics.VEVENT();
  event.addProp("UID", "1@example.org");
  event.addProp("DTSTAMP", start, { VALUE: "DATE-TIME" });
  event.addProp("DTSTART", start, { VALUE: "DATE-TIME" });
  event.addProp("DESCRIPTION", "one\ntwo");
  event.addProp("ATTENDEE", "mailto:jo@example.org", { CN: "Doe, Jo: x" });
  calendar.addComponent(event);
  return calendar.toString();
}
for (const name of ["ics-js", "datebook"]) {
  const text = make(name);
  const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
  for (const property of ["dtstart", "description", "attendee"]) {
    const { type } = event.getFirstProperty(property);
    const value = String(event.getFirstPropertyValue(property));
    const zone = type === "date-time" ? `, zone ${event.getFirstPropertyValue(property).zone.tzid}` : "";
    console.log(`${name}: ${property} ${JSON.stringify(value)}${zone}`);
  }
  console.log(`${name}: PRODID ${text.indexOf("PRODID") < text.indexOf("BEGIN:VEVENT") ? "in front of" : "behind"} the event`);
}
JS
for zone in UTC Asia/Tokyo; do
  echo "TZ=$zone"
  TZ=$zone timeout 60 node find.mjs
done | tee seen
cat > expected <<'TEXT'
TZ=UTC
ics-js: dtstart "2026-03-10T09:00:00", zone floating
ics-js: description "onetwo"
ics-js: attendee " x:mailto:jo@example.org"
ics-js: PRODID in front of the event
datebook: dtstart "2026-03-10T09:00:00Z", zone UTC
datebook: description "one\ntwo"
datebook: attendee " x;RSVP=FALSE:MAILTO:jo@example.org"
datebook: PRODID behind the event
TZ=Asia/Tokyo
ics-js: dtstart "2026-03-10T18:00:00", zone floating
ics-js: description "onetwo"
ics-js: attendee " x:mailto:jo@example.org"
ics-js: PRODID in front of the event
datebook: dtstart "2026-03-10T09:00:00Z", zone UTC
datebook: description "one\ntwo"
datebook: attendee " x;RSVP=FALSE:MAILTO:jo@example.org"
datebook: PRODID behind the event
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
