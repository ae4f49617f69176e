#!/bin/bash
# Emacs' Elfeed: an article of 23:30-08:00 is from 23:30 UTC, a sound is taken for the article when it comes first, and XHTML gets a broken tag.
#
# Versions: Elfeed 3.4.1 (Debian 12: elpa-elfeed 3.4.1-1), Emacs 28.2 (emacs-nox 1:28.2+1-15+deb12u4), feedparser 6.0.11 (PyPI) to compare with.
#   Wants `apt-get update` beforehand.
# Expected: RFC 4287, section 3.3: a date is a date-time of RFC 3339, whose fraction is optional, and whose offset counts. Section 3.1.1.3: XHTML is content
#   of its div. Section 4.2.7.2: a link without a rel is "alternate". XML Base, section 3.1: all relative URIs are resolved, that of an "enclosure", too.
# Seen: elfeed-float-time leaves the offset out: 2027-01-11T23:30:00-08:00 is 23:30 UTC in place of 07:30 of the next day; with the dates of RSS
#   ("-0800") it is right. The link of an entry is its enclosure, if that is the first and the other has no rel. The enclosure "a.mp3" is left as it is
#   in a feed with an xml:base. The div of XHTML content is stored as "<div ( . )='http://www.w3.org/1999/xhtml'>".
# Why it matters: Blogger and many others write "-08:00": their articles are sorted among those of eight hours before, with the wrong day. Return on an entry
#   plays a sound, or opens nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:28.2+1-15+deb12u4
apt-get -qq download emacs-nox=$version emacs-common=$version emacs-bin-common=$version emacs-el=$version \
    libgccjit0=12.2.0-14+deb12u1 \
    elpa-elfeed=3.4.1-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
lisp=$work/usr/share/emacs/28.2/lisp
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu EMACSDATA=$work/usr/share/emacs/28.2/etc EMACSDOC=$work/usr/share/emacs/28.2/etc HOME=$work
EMACSLOADPATH=$(find "$lisp" -type d -printf '%p:')$work/usr/share/emacs/site-lisp/elpa-src/elfeed-3.4.1
export EMACSLOADPATH LC_ALL=C.UTF-8 TZ=UTC
emacs="$work/usr/bin/emacs-nox --dump-file=$work/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp -Q --batch"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check feedparser==6.0.11
cat > feed.xml <<'XML'
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/blog/"><title>A</title><id>f</id><entry><title>T</title><id>e</id>
<link rel="enclosure" href="a.mp3" type="audio/mpeg" length="5"/><link href="1"/><updated>2027-01-11T23:30:00-08:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry></feed>
XML
cat > find.el <<'LISP'
(require 'elfeed)
(setq elfeed-db-directory (expand-file-name "db"))
(dolist (date '("Mon, 11 Jan 2027 23:30:00 -0800" "2027-01-12T07:30:00Z" "2027-01-11T23:30:00-08:00" "2027-01-11T09:00:00+05:30"))
  (princ (format "Elfeed %s: %s UTC\n" date (format-time-string "%F %T" (elfeed-float-time date) t))))
(let ((feed (with-temp-buffer (insert-file-contents "feed.xml") (elfeed-xml-parse-region))))
  (dolist (entry (elfeed-entries-from-atom "http://example.org/feed" feed))
    (princ (format "Elfeed: %s UTC, link %s, enclosure %s, content %s\n" (format-time-string "%F %T" (elfeed-entry-date entry) t)
                   (elfeed-entry-link entry) (caar (elfeed-entry-enclosures entry)) (elfeed-deref (elfeed-entry-content entry))))))
LISP
cat > find.py <<'PY'
import time

import feedparser

entry = feedparser.parse("feed.xml").entries[0]
print(f"feedparser: {time.strftime('%F %T', entry.updated_parsed)} UTC, link {entry.link}, enclosure {entry.enclosures[0].href}")
PY
{
    timeout 20 venv/bin/python find.py
    timeout 60 $emacs -l find.el 2>errors
} >seen || true
cat seen
cat > expected <<'TEXT'
feedparser: 2027-01-12 07:30:00 UTC, link http://example.org/blog/1, enclosure http://example.org/blog/a.mp3
Elfeed Mon, 11 Jan 2027 23:30:00 -0800: 2027-01-12 07:30:00 UTC
Elfeed 2027-01-12T07:30:00Z: 2027-01-12 07:30:00 UTC
Elfeed 2027-01-11T23:30:00-08:00: 2027-01-11 23:30:00 UTC
Elfeed 2027-01-11T09:00:00+05:30: 2027-01-11 09:00:00 UTC
Elfeed: 2027-01-11 23:30:00 UTC, link http://example.org/blog/a.mp3, enclosure a.mp3, content <div ( . )='http://www.w3.org/1999/xhtml'><p>x</p></div>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
