#!/bin/bash
# PHP's eluceo/ical of Debian 12: a series until 08:30 in Berlin goes on until 08:30 UTC, links and quotation marks get backslashes, a name is cut at one.
#
# Versions: eluceo/ical 0.16.1, PHP 8.2 (Debian 12: php-eluceo-ical 0.16.1-2, php8.2-cli 8.2.36-1~deb12u1), ical.js 2.2.1 (npm) for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 5545, section 3.3.10: UNTIL is in UTC if DTSTART is, and section 3.3.5: the letter Z says that it is. Section 3.3.13: a URL is a URI,
#   as it is. Section 3.3.11: in a text backslash, semicolon, comma and line break are escaped, and nothing else. Section 3.1: the quoted value of
#   a parameter holds no quotation mark; RFC 6868 has ^' for it.
# Seen: setDtStart() with 09:00 in Berlin writes DTSTART:20261130T080000Z, which is right, and setUntil() with 08:30 in Berlin UNTIL=20261214T083000Z,
#   an hour too late, so that ical.js finds a third meeting, on 14 December. The URL https://example.org/a;b,c becomes
#   https://example.org/a\;b\,c, and 'Talk about "x"' 'Talk about \"x\"'. Of the organizer 'Jo "Dev" Doe' ical.js reads 'Jo \'.
# Why it matters: guests come once more than they should, or once less west of Greenwich, and the link in the calendar is dead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-eluceo-ical=0.16.1-2 php8.2-cli=8.2.36-1~deb12u1 php8.2-common=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1

cat > find.php <<'PHP'
<?php
use Eluceo\iCal\Component\Calendar;
use Eluceo\iCal\Component\Event;
use Eluceo\iCal\Property\Event\Organizer;
use Eluceo\iCal\Property\Event\RecurrenceRule;

// The library is older than PHP 8.1's return types.
error_reporting(E_ALL & ~E_DEPRECATED);
require 'usr/share/php/Eluceo/iCal/autoload.php';
$berlin = new DateTimeZone('Europe/Berlin');
$rule = new RecurrenceRule();
$rule->setFreq(RecurrenceRule::FREQ_WEEKLY)->setUntil(new DateTime('2026-12-14 08:30', $berlin));
$event = new Event('1@example.org');
$event->setDtStart(new DateTime('2026-11-30 09:00', $berlin))->setDtEnd(new DateTime('2026-11-30 10:00', $berlin));
$event->setSummary('Talk about "x"')->setUrl('https://example.org/a;b,c')->addRecurrenceRule($rule);
$event->setOrganizer(new Organizer('mailto:jo@example.org', ['CN' => $argv[1]]));
$calendar = new Calendar('-//example.org//test//EN');
$calendar->addComponent($event);
echo $calendar->render();
PHP
cat > find.mjs <<'JS'
import { execFileSync } from "node:child_process";
import ICAL from "ical.js";

for (const name of ["Jo Doe, Dev", 'Jo "Dev" Doe']) {
  console.log(`organizer ${name}:`);
  const text = execFileSync("usr/bin/php8.2", ["-n", "find.php", name], { encoding: "utf8", timeout: 20000 });
  for (const line of text.split("\r\n")) if (/^(DTSTART|RRULE|URL|SUMMARY|ORGANIZER)/.test(line)) console.log("  " + line);
  try {
    const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
    for (const key of ["url", "summary"]) console.log(`  ical.js: ${key} is ${event.getFirstPropertyValue(key)}`);
    console.log(`  ical.js: organizer is ${event.getFirstProperty("organizer").getParameter("cn")}`);
    const days = [];
    const times = event.getFirstPropertyValue("rrule").iterator(event.getFirstPropertyValue("dtstart"));
    for (let time = times.next(); time; time = times.next()) days.push(time.toString());
    console.log(`  ical.js: it takes place at ${days.join(", ")}`);
  } catch (error) {
    console.log(`  ical.js: ${error.message}`);
  }
}
JS
timeout 60 node find.mjs >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
organizer Jo Doe, Dev:
  DTSTART:20261130T080000Z
  URL:https://example.org/a\;b\,c
  SUMMARY:Talk about \"x\"
  RRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20261214T083000Z
  ORGANIZER;CN="Jo Doe, Dev":mailto:jo@example.org
  ical.js: url is https://example.org/a\;b\,c
  ical.js: summary is Talk about \"x\"
  ical.js: organizer is Jo Doe, Dev
  ical.js: it takes place at 2026-11-30T08:00:00Z, 2026-12-07T08:00:00Z, 2026-12-14T08:00:00Z
organizer Jo "Dev" Doe:
  DTSTART:20261130T080000Z
  URL:https://example.org/a\;b\,c
  SUMMARY:Talk about \"x\"
  RRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20261214T083000Z
  ORGANIZER;CN="Jo \"Dev\" Doe":mailto:jo@example.org
  ical.js: url is https://example.org/a\;b\,c
  ical.js: summary is Talk about \"x\"
  ical.js: organizer is Jo \
  ical.js: it takes place at 2026-11-30T08:00:00Z, 2026-12-07T08:00:00Z, 2026-12-14T08:00:00Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
