#!/bin/bash
# sabre/vobject of Debian 12: who reads a card with "Doe\, Jo" gets the backslash, and what is written back has one more for everybody else.
#
# Versions: sabre/vobject 2.1.7 (Debian 12: php-sabre-vobject 2.1.7-6.1), PHP 8.2.36 (php8.2-cli 8.2.36-1~deb12u1), vobject 0.9.9 (PyPI) for comparison.
#   Wants `apt-get update` beforehand.
# Expected: RFC 6350, section 3.4, and RFC 5545, section 3.3.11: in a text a comma is written as "\,", a semicolon as "\;", a backslash as "\\"; who
#   reads it takes the backslash away. What is read and written without a change means the same.
# Seen: FN:Doe\, Jo is read as the text "Doe\, Jo", of NICKNAME:a\;b the semicolon keeps its backslash too, and so do SUMMARY and LOCATION of an
#   event. Written again they are Doe\\, Jo and so on, which other software, vobject of Python here, reads as a backslash and a comma, or as the end
#   of the value. Line breaks ("\n") come through.
# Why it matters: address books and calendars are synchronized over HTTPS (CardDAV, CalDAV): a programme that changes the telephone number of a card
#   changes the name in it, and the titles of meetings look broken on each telephone.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-sabre-vobject=2.1.7-6.1 {php8.2-cli,php8.2-common,php8.2-mbstring}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = str_replace('\\', '/', $class) . '.php';
    if (stream_resolve_include_path($file)) {
        require_once $file;
    }
});
// The value of one property as the package reads it, and the line that it writes.
[, $text, $name] = $argv;
$document = Sabre\VObject\Reader::read($text);
$holder = isset($document->VEVENT) ? $document->VEVENT : $document;
echo json_encode([(string)$holder->$name, trim($holder->$name->serialize())]);
PHP
cat > find.py <<'PY'
import json
import os
import subprocess

import vobject

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:x;;;;\r\nFN:x\r\n%s\r\nEND:VCARD\r\n"
EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261130T050000Z\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
PHP = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"extension_dir={os.getcwd()}/usr/lib/php/20220829"]
PHP += ["-d", "extension=mbstring.so", "-d", "extension=ctype.so", "-d", "extension=iconv.so"]


def by_vobject(frame, line, name):
    document = vobject.readOne(frame % line)
    holder = document.vevent if frame is EVENT else document
    return getattr(holder, name.lower()).value


for frame, line in (
    (CARD.replace("FN:x\r\n", ""), "FN:Doe\\, Jo"),
    (CARD, "NICKNAME:a\\;b"),
    (CARD, "TITLE:one\\ntwo"),
    (EVENT, "SUMMARY:Lunch\\, then work"),
    (EVENT, "LOCATION:Room 1\\; upstairs"),
):
    name = line.split(":")[0]
    result = subprocess.run([*PHP, "find.php", frame % line, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    value, written = json.loads(result.stdout)
    print(f"{line}\n    read by vobject: {by_vobject(frame, line, name)!r}; by sabre/vobject: {value!r}")
    print(f"    written: {written}; read by vobject: {by_vobject(frame, written, name)!r}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
FN:Doe\, Jo
    read by vobject: 'Doe, Jo'; by sabre/vobject: 'Doe\\, Jo'
    written: FN:Doe\\, Jo; read by vobject: 'Doe\\'
NICKNAME:a\;b
    read by vobject: 'a;b'; by sabre/vobject: 'a\\;b'
    written: NICKNAME:a\\;b; read by vobject: 'a\\;b'
TITLE:one\ntwo
    read by vobject: 'one\ntwo'; by sabre/vobject: 'one\ntwo'
    written: TITLE:one\ntwo; read by vobject: 'one\ntwo'
SUMMARY:Lunch\, then work
    read by vobject: 'Lunch, then work'; by sabre/vobject: 'Lunch\\, then work'
    written: SUMMARY:Lunch\\, then work; read by vobject: 'Lunch\\'
LOCATION:Room 1\; upstairs
    read by vobject: 'Room 1; upstairs'; by sabre/vobject: 'Room 1\\; upstairs'
    written: LOCATION:Room 1\\; upstairs; read by vobject: 'Room 1\\; upstairs'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
