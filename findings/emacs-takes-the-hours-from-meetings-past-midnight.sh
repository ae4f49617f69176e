#!/bin/bash
# Emacs' icalendar: a meeting from 23:00 to 1:00 has no hours in the diary, each third month is each month, and the last day of a month is the 31st.
#
# Versions: Emacs 28.2 (Debian 12: emacs-nox 1:28.2+1-15+deb12u4), icalendar 6.0.1 and recurring-ical-events 3.3.3 (PyPI). Wants `apt-get update`
#   beforehand.
# Expected: the manual of Emacs, "iCalendar": icalendar-import-file "copies the data to a diary file". RFC 5545, section 3.3.10: INTERVAL counts for each
#   FREQ; BYMONTHDAY=-1 is the last day of the month; COUNT is the number of meetings.
# Seen: an event over midnight is put down for its first day only, without a time. Of FREQ=MONTHLY;INTERVAL=3 the diary has each month. BYMONTHDAY=-1 on a 31st
#   is "the 31st", so that five months have none. FREQ=MONTHLY;BYDAY=2MO;COUNT=3 ends before the third. What is not understood is imported without
#   a word.
# Why it matters: the night shift is not to be seen, a quarterly meeting is there twelve times, the rent for February is never paid.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:28.2+1-15+deb12u4
apt-get -qq download emacs-nox=$version emacs-common=$version emacs-bin-common=$version emacs-el=$version \
    libgccjit0=12.2.0-14+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
lisp=$work/usr/share/emacs/28.2/lisp
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu EMACSDATA=$work/usr/share/emacs/28.2/etc EMACSDOC=$work/usr/share/emacs/28.2/etc HOME=$work
EMACSLOADPATH=$(find "$lisp" -type d -printf '%p:')$lisp
export EMACSLOADPATH LC_ALL=C.UTF-8 TZ=UTC
emacs="$work/usr/bin/emacs-nox --dump-file=$work/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp -Q --batch"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==6.0.1 recurring-ical-events==3.3.3
cat > find.py <<'PY'
import subprocess
import sys
from datetime import date

import icalendar
import recurring_ical_events

EVENTS = {
    "a shift": ("20270711T230000Z", "20270712T010000Z", ""),
    "a quarter": ("20270115T090000Z", "20270115T100000Z", "RRULE:FREQ=MONTHLY;INTERVAL=3\r\n"),
    "the rent": ("20270131T090000Z", "20270131T100000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1\r\n"),
    "second Mondays": ("20270712T090000Z", "20270712T100000Z", "RRULE:FREQ=MONTHLY;BYDAY=2MO;COUNT=3\r\n"),
}
for name, (start, end, rule) in EVENTS.items():
    text = (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:{start}\r\nDTEND:{end}\r\n{rule}SUMMARY:{name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    with open("event.ics", "w", newline="") as file:
        file.write(text)
    right = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2027, 1, 1), date(2028, 1, 1))
    days = sorted(event["DTSTART"].dt for event in right)
    subprocess.run([*sys.argv[1:], "-l", "find.el"], timeout=40, stderr=subprocess.DEVNULL)
    print(f"{name}: icalendar", ", ".join(f"{day:%d %b %H:%M}" for day in days))
    print("  Emacs", open("diary").read().replace("\n", " ").strip())
    print("  on", open("days").read().strip())
PY
cat > find.el <<'LISP'
(require 'icalendar)
(require 'diary-lib)
(setq calendar-date-style 'iso diary-file (expand-file-name "diary") calendar-mark-diary-entries-flag nil)
(with-temp-file "diary")
(with-temp-buffer
  (insert-file-contents "event.ics")
  (icalendar-import-buffer diary-file t t))
(when (get-file-buffer diary-file)
  (with-current-buffer (get-file-buffer diary-file) (save-buffer)))
(let (days (day (calendar-absolute-from-gregorian '(1 1 2027))))
  (dotimes (_ 365)
    (let ((date (calendar-gregorian-from-absolute day)))
      (when (let ((inhibit-message t)) (diary-list-entries date 1 t))
        (push (format "%d/%d" (nth 1 date) (car date)) days)))
    (setq day (1+ day)))
  (with-temp-file "days" (insert (mapconcat #'identity (nreverse days) " "))))
LISP
timeout 85 venv/bin/python find.py $emacs >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a shift: icalendar 11 Jul 23:00
  Emacs &%%(and (diary-block 2027 7 11 2027 7 11)) a shift
  on 11/7
a quarter: icalendar 15 Jan 09:00, 15 Apr 09:00, 15 Jul 09:00, 15 Oct 09:00
  Emacs &%%(and (diary-date t t 15) (diary-block 2027 1 15 9999 1 1)) 09:00-10:00 a quarter
  on 15/1 15/2 15/3 15/4 15/5 15/6 15/7 15/8 15/9 15/10 15/11 15/12
the rent: icalendar 31 Jan 09:00, 28 Feb 09:00, 31 Mar 09:00, 30 Apr 09:00, 31 May 09:00, 30 Jun 09:00, 31 Jul 09:00, 31 Aug 09:00, 30 Sep 09:00, 31 Oct 09:00, 30 Nov 09:00, 31 Dec 09:00
  Emacs &%%(and (diary-date t t 31) (diary-block 2027 1 31 9999 1 1)) 09:00-10:00 the rent
  on 31/1 31/3 31/5 31/7 31/8 31/10 31/12
second Mondays: icalendar 12 Jul 09:00, 09 Aug 09:00, 13 Sep 09:00
  Emacs &%%(and (diary-float t 1 2) (diary-block 2027 7 12 2027 9 12)) 09:00-10:00 second Mondays
  on 12/7 9/8
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
