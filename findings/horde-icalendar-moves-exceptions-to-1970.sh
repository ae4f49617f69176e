#!/bin/bash
# Horde_Icalendar: of an event that does not take place on 7 December there is one that does not take place in the first hour of 1970, three times.
#
# Versions: Horde_Icalendar 2.1.8 (Debian 12: php-horde-icalendar 2.1.8-7, and the packages of Horde below), PHP 8.2.36 (php8.2-cli
#   8.2.36-1~deb12u1), icalendar 6.3.1 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5545, sections 3.8.5.1 and 3.8.5.2: EXDATE and RDATE have lists of dates, of dates with times, and RDATE of periods too; section 3.8.2.6:
#   FREEBUSY has periods; section 3.3.13: a URI is no text, and gets no backslashes.
# Seen: what is read and written again without a change: EXDATE:20261207T050000Z is EXDATE:19700101T003346Z,19700101T000012Z,19700101T000007Z (2026
#   seconds, 12 seconds, 7 seconds after 1970 began), RDATE and what has TZID likewise; EXDATE;VALUE=DATE ends in a TypeError; the periods of RDATE are
#   empty, and those of FREEBUSY in the year -1. A semicolon of a URL gets a backslash. icalendar keeps all of them.
# Why it matters: invitations come as parts of mails, and calendars over HTTPS; a programme that reads a series with an
#   exception, changes its title and passes it on has made a series without one, and people come when nobody is there.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-horde-icalendar=2.1.8-7 php-horde-exception=2.0.8-10 php-horde-translation=2.2.2-7 php-horde-date=2.4.1-9 \
    php-horde-util=2.5.12-2 php-horde-mime=2.11.2-2 php-horde-support=2.2.2-2 php-horde-nls=2.2.1-6 php-horde-stream=1.6.3-10 \
    php-horde-mail=2.6.6-5 php-horde-listheaders=1.2.5-7 {php8.2-cli,php8.2-common,php8.2-mbstring}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==6.3.1

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = str_replace('_', '/', $class) . '.php';
    if (stream_resolve_include_path($file)) {
        require_once $file;
    }
});
try {
    $calendar = new Horde_Icalendar();
    $calendar->parsevCalendar(stream_get_contents(STDIN));
    echo $calendar->exportvCalendar();
} catch (TypeError $error) {
    echo 'TypeError: ', $error->getMessage(), "\n";
}
PHP
cat > find.py <<'PY'
import os
import subprocess

import icalendar

FRAME = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTAMP:20261130T050000Z
DTSTART:20261130T050000Z
RRULE:FREQ=WEEKLY
%s
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
PHP = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"extension_dir={os.getcwd()}/usr/lib/php/20220829", "-d", "date.timezone=UTC"]
PHP += ["-d", "extension=mbstring.so", "-d", "extension=iconv.so", "-d", "extension=ctype.so"]


def line_of(text, name):
    lines = [line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith((name, "TypeError"))]
    return lines[0].strip() if lines else "nothing"


for line in (
    "SUMMARY:a\\, b",
    "EXDATE:20261207T050000Z",
    "EXDATE;TZID=Europe/Berlin:20261207T060000,20261214T060000",
    "EXDATE;VALUE=DATE:20261207",
    "RDATE:20261208T050000Z",
    "RDATE;VALUE=PERIOD:20261208T050000Z/PT1H",
    "FREEBUSY:20261208T050000Z/PT1H",
    "URL:https://example.org/a;b",
):
    name = line.replace(";", ":").split(":")[0]
    result = subprocess.run([*PHP, "find.php"], input=(FRAME % line).encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    other = icalendar.Calendar.from_ical(FRAME % line).to_ical().decode()
    print(f"{line}\n    by Horde: {line_of(result.stdout.decode(), name)}\n    by icalendar: {line_of(other, name)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
SUMMARY:a\, b
    by Horde: SUMMARY:a\, b
    by icalendar: SUMMARY:a\, b
EXDATE:20261207T050000Z
    by Horde: EXDATE:19700101T003346Z,19700101T000012Z,19700101T000007Z
    by icalendar: EXDATE:20261207T050000Z
EXDATE;TZID=Europe/Berlin:20261207T060000,20261214T060000
    by Horde: EXDATE;TZID=Europe/Berlin:19700101T003346Z,19700101T000012Z,19700101T000007Z
    by icalendar: EXDATE;TZID=Europe/Berlin:20261207T060000,20261214T060000
EXDATE;VALUE=DATE:20261207
    by Horde: TypeError: Cannot access offset of type string on string
    by icalendar: EXDATE;VALUE=DATE:20261207
RDATE:20261208T050000Z
    by Horde: RDATE:19700101T003346Z,19700101T000012Z,19700101T000008Z
    by icalendar: RDATE:20261208T050000Z
RDATE;VALUE=PERIOD:20261208T050000Z/PT1H
    by Horde: RDATE;VALUE=PERIOD:
    by icalendar: RDATE;VALUE=PERIOD:20261208T050000Z/PT1H
FREEBUSY:20261208T050000Z/PT1H
    by Horde: FREEBUSY:-00011130T000000Z/-00011130T000000Z,-00011130T000000Z/-00011130T000000Z
    by icalendar: FREEBUSY:20261208T050000Z/PT1H
URL:https://example.org/a;b
    by Horde: URL:https://example.org/a\;b
    by icalendar: URL:https://example.org/a;b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
