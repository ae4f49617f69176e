#!/bin/bash
# Emacs' news readers: for Gnus (nnrss) an article of 09:00 +0530 is from 09:00 +0000, for Newsticker one of 09:00 EST is from 09:00 UTC, and 27 is the year 27.
#
# Versions: Emacs 28.2 (Debian 12: emacs-nox 1:28.2+1-15+deb12u4), feedparser 6.0.11 (PyPI) to compare with. Wants `apt-get update` beforehand.
# Expected: RSS 2.0, pubDate: "All date-times in RSS conform to the Date and Time Specification of RFC 822, with the exception that the year may be expressed
#   with two characters or four characters". RFC 822, section 5.1: zone = GMT, EST, EDT, CST ... or ("+" / "-") 4DIGIT. nnrss-normalize-date: "Return a
#   date string of DATE in the style of RFC 822 and its successors".
# Seen: nnrss-normalize-date keeps the digits of the time, and writes "+0000" for each numeric zone; with EST, and with the dates of Atom (+05:30), it is right.
#   newsticker--decode-rfc822-date knows numeric zones only, EST and PDT are UTC for it, and "11 Jan 27" is in the year 27.
# Why it matters: articles of American papers are five to eight hours too old, those of Indian ones are from the future, and one with a short year is
#   two thousand years old.
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
venv/bin/pip install --quiet --disable-pip-version-check feedparser==6.0.11
cat > dates <<'TEXT'
Mon, 11 Jan 2027 09:00:00 GMT
Mon, 11 Jan 2027 09:00:00 +0530
Mon, 11 Jan 2027 09:00:00 -0800
Mon, 11 Jan 2027 09:00:00 EST
11 Jan 27 09:00:00 GMT
2027-01-11T09:00:00+05:30
TEXT
cat > find.el <<'LISP'
(require 'newst-backend)
(require 'nnrss)
(with-temp-buffer
  (insert-file-contents "dates")
  (dolist (date (split-string (buffer-string) "\n" t))
    (let ((time (if (string-match "T" date) (newsticker--decode-iso8601-date date) (newsticker--decode-rfc822-date date))))
      (princ (format "Emacs %s: nnrss %s; Newsticker %s\n" date (nnrss-normalize-date date) (format-time-string "%F %T UTC" time t))))))
LISP
sed -i 's/(string-match "T" date)/(string-match "^2" date)/' find.el
cat > find.py <<'PY'
import time

import feedparser

for date in open("dates").read().splitlines():
    print(f"feedparser {date}: {time.strftime('%F %T UTC', feedparser.datetimes._parse_date(date))}")
PY
{
    timeout 20 venv/bin/python find.py
    timeout 60 $emacs -l find.el 2>errors
} >seen || true
cat seen
cat > expected <<'TEXT'
feedparser Mon, 11 Jan 2027 09:00:00 GMT: 2027-01-11 09:00:00 UTC
feedparser Mon, 11 Jan 2027 09:00:00 +0530: 2027-01-11 03:30:00 UTC
feedparser Mon, 11 Jan 2027 09:00:00 -0800: 2027-01-11 17:00:00 UTC
feedparser Mon, 11 Jan 2027 09:00:00 EST: 2027-01-11 14:00:00 UTC
feedparser 11 Jan 27 09:00:00 GMT: 2027-01-11 09:00:00 UTC
feedparser 2027-01-11T09:00:00+05:30: 2027-01-11 03:30:00 UTC
Emacs Mon, 11 Jan 2027 09:00:00 GMT: nnrss Mon, 11 Jan 2027 09:00:00 +0000; Newsticker 2027-01-11 09:00:00 UTC
Emacs Mon, 11 Jan 2027 09:00:00 +0530: nnrss Mon, 11 Jan 2027 09:00:00 +0000; Newsticker 2027-01-11 03:30:00 UTC
Emacs Mon, 11 Jan 2027 09:00:00 -0800: nnrss Mon, 11 Jan 2027 09:00:00 +0000; Newsticker 2027-01-11 17:00:00 UTC
Emacs Mon, 11 Jan 2027 09:00:00 EST: nnrss Mon, 11 Jan 2027 09:00:00 -0500; Newsticker 2027-01-11 09:00:00 UTC
Emacs 11 Jan 27 09:00:00 GMT: nnrss Mon, 11 Jan 2027 09:00:00 +0000; Newsticker 0027-01-11 09:00:00 UTC
Emacs 2027-01-11T09:00:00+05:30: nnrss Mon, 11 Jan 2027 09:00:00 +0530; Newsticker 2027-01-11 03:30:00 UTC
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
