#!/bin/bash
# golang-ical of Debian 12: an attendee named "Doe; Jo" is written so that nobody finds the address, "Doe, Jo" is two names; a DURATION has no end.
#
# Versions: github.com/arran4/golang-ical 0.0~git20220517.fd89fef (Debian 12: golang-github-arran4-golang-ical-dev 0.0~git20220517.fd89fef-2), Go
#   1.19.8 (golang-1.19-go, golang-1.19-src 1.19.8-2), icalendar 7.3.0 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5545, section 3.2: "Property parameter values that contain the COLON, SEMICOLON, or COMMA character separators MUST be specified as
#   quoted-string text values". Section 3.2.2 has CN="John Smith" as an example. Section 3.6.1: an event has DTEND or DURATION.
# Seen: AddAttendee() with WithCN("Doe, Jo") writes ATTENDEE;CN=Doe, Jo:mailto:..., which are two names, and with WithCN("Jo: Sales") a value that
#   begins with " Sales:mailto:". WithCN("Doe; Jo") makes a parameter of " Jo", and golang-ical itself cannot read it back. GetEndAt() of an event
#   with a DURATION is an error, "property not found".
# Why it matters: names with a comma are what directories have. The invitation reaches another address, or no calendar can read it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-arran4-golang-ical-dev=0.0~git20220517.fd89fef-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.0

cat > find.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"
)

func main() {
	for number, name := range []string{"Jo Doe", "Doe, Jo", "Jo: Sales", "Doe; Jo"} {
		calendar := ical.NewCalendar()
		event := calendar.AddEvent("1@example.org")
		event.SetDtStampTime(time.Unix(1799658000, 0))
		event.SetStartAt(time.Unix(1799658000, 0))
		event.AddAttendee("jo@example.org", ical.WithCN(name))
		text := calendar.Serialize()
		os.WriteFile(fmt.Sprintf("%d.ics", number), []byte(text), 0600)
		read, err := ical.ParseCalendar(strings.NewReader(text))
		if err != nil {
			fmt.Println(name, "| golang-ical:", err)
			continue
		}
		attendee := read.Events()[0].Attendees()[0]
		fmt.Println(name, "| golang-ical:", attendee.ICalParameters["CN"], attendee.Value)
	}
	text := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" +
		"DTSTART:20270111T120000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	os.WriteFile("duration.ics", []byte(text), 0600)
	read, _ := ical.ParseCalendar(strings.NewReader(text))
	_, err := read.Events()[0].GetEndAt()
	fmt.Println("end:", err)
}
GO
cat > find.py <<'PY'
import icalendar

for number in range(4):
    with open(f"{number}.ics", newline="") as file:
        text = file.read()
    print([line for line in text.splitlines() if line.startswith("ATTENDEE")][0])
    try:
        event = icalendar.Calendar.from_ical(text).events[0]
        if "ATTENDEE" not in event:
            print("    icalendar: no attendee")
            continue
        attendee = event["ATTENDEE"]
        print("    icalendar:", attendee.params.get("CN"), "|", attendee)
    except ValueError as error:
        print("    icalendar:", str(error).split(":")[0])
with open("duration.ics", newline="") as file:
    print("end for icalendar:", icalendar.Calendar.from_ical(file.read()).events[0].end)
PY
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
{
    timeout 100 usr/lib/go-1.19/bin/go run find.go
    timeout 30 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Jo Doe | golang-ical: [Jo Doe] mailto:jo@example.org
Doe, Jo | golang-ical: [Doe  Jo] mailto:jo@example.org
Jo: Sales | golang-ical: [Jo]  Sales:mailto:jo@example.org
Doe; Jo | golang-ical: malformed calendar; expected end
end: property not found
ATTENDEE;CN=Jo Doe:mailto:jo@example.org
    icalendar: Jo Doe | mailto:jo@example.org
ATTENDEE;CN=Doe, Jo:mailto:jo@example.org
    icalendar: ['Doe', ' Jo'] | mailto:jo@example.org
ATTENDEE;CN=Jo: Sales:mailto:jo@example.org
    icalendar: Jo |  Sales:mailto:jo@example.org
ATTENDEE;CN=Doe; Jo:mailto:jo@example.org
    icalendar: no attendee
end for icalendar: 2027-01-11 13:00:00+00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
