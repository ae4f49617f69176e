#!/bin/bash
# ikalendar, icalendar, immutable-ics and ical-toolkit: attendees called "Doe, Jo" or "Team A: Jo" are written without quotation marks, so
# that a name becomes part of the address.
#
# Versions: ikalendar 1.5.0, icalendar 0.7.1, immutable-ics 0.4.0, ical-toolkit 1.0.9; ical-generator 11.1.2 and ical.js 2.2.1 to compare
#   with (npm), Node.js.
# Expected: RFC 5545, section 3.2: "Property parameter values that contain the COLON, SEMICOLON, or COMMA character separators MUST be
#   specified as quoted-string text values".
# Seen: all four write CN=Doe, Jo as it is, the first two even when they have read it in quotation marks. With "Team A: Jo" a reader ends
#   the name at its colon, and the address is " Jo:mailto:jo@example.org"; for "Doe, Jo" the comma makes two values, which ical.js lets
#   pass, and others do not. ical-generator puts both in quotation marks.
# Why it matters: the usual name in the directory of a company is "Doe, Jo", and "Support: Jo" is no exception. Invitations go to an
#   address that does not exist, or are refused as a whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ikalendar@1.5.0 icalendar@0.7.1 immutable-ics@0.4.0 ical-toolkit@1.0.9 \
    ical-generator@11.1.2 ical.js@2.2.1 >npm.log 2>&1

cat > find.js <<'JS'
const ICAL = require("ical.js").default ?? require("ical.js");
const { Builder, Parser } = require("ikalendar");
const icalendar = require("icalendar");
const { Property } = require("immutable-ics");
const { createIcsFileBuilder } = require("ical-toolkit");
const { default: generator } = require("ical-generator");

const address = "jo@example.org";
const start = new Date(Date.UTC(2026, 2, 10, 9));
const read = (name) => ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:1@example.org",
  "DTSTAMP:20260101T000000Z", "DTSTART:20260310T090000Z", `ATTENDEE;CN="${name}":mailto:${address}`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");

const packages = {
  "ical-generator": (name) => generator({ events: [{ id: 1, start, attendees: [{ name, email: address }] }] }).toString(),
  ikalendar: (name) => new Builder(new Parser().parse(read(name))).build(),
  icalendar: (name) => icalendar.parse_calendar(read(name)).toString(),
  "immutable-ics": (name) => new Property({ name: "ATTENDEE", parameters: { CN: name }, value: `mailto:${address}` }).toString(),
  "ical-toolkit": (name) => {
    const builder = createIcsFileBuilder();
    builder.events.push({ start, end: start, summary: "Meeting", attendees: [{ name, email: address }] });
    return builder.toString();
  },
};
for (const [name, write] of Object.entries(packages)) {
  for (const who of ["Doe, Jo", "Team A: Jo"]) {
    const line = write(who).replace(/\r?\n /g, "").split(/\r?\n/).find((each) => each.startsWith("ATTENDEE"));
    let seen;
    try {
      const property = ICAL.Property.fromString(line);
      seen = `${JSON.stringify(property.getParameter("cn"))} ${property.getFirstValue()}`;
    } catch (error) {
      seen = error.message;
    }
    console.log(`${name}: ${line.match(/CN=.*/)[0]}\n    read as ${seen}`);
  }
}
JS
TZ=UTC timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
ical-generator: CN="Doe, Jo":MAILTO:jo@example.org
    read as "Doe, Jo" MAILTO:jo@example.org
ical-generator: CN="Team A: Jo":MAILTO:jo@example.org
    read as "Team A: Jo" MAILTO:jo@example.org
ikalendar: CN=Doe, Jo:mailto:jo@example.org
    read as "Doe, Jo" mailto:jo@example.org
ikalendar: CN=Team A: Jo:mailto:jo@example.org
    read as "Team A"  Jo:mailto:jo@example.org
icalendar: CN=Doe, Jo:mailto:jo@example.org
    read as "Doe, Jo" mailto:jo@example.org
icalendar: CN=Team A: Jo:mailto:jo@example.org
    read as "Team A"  Jo:mailto:jo@example.org
immutable-ics: CN=Doe, Jo:mailto:jo@example.org
    read as "Doe, Jo" mailto:jo@example.org
immutable-ics: CN=Team A: Jo:mailto:jo@example.org
    read as "Team A"  Jo:mailto:jo@example.org
ical-toolkit: CN=Doe, Jo:MAILTO:jo@example.org
    read as "Doe, Jo" MAILTO:jo@example.org
ical-toolkit: CN=Team A: Jo:MAILTO:jo@example.org
    read as "Team A"  Jo:MAILTO:jo@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
