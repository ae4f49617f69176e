#!/bin/bash
# PHP's Mail_mime and mailparse: a group of recipients, "Team: a@example.org;", becomes a name in front of an address, or part of the address.
#
# Versions: Mail_mime 1.10.11 (Debian 12: php-mail-mime 1.10.11-1, php-pear 1:1.10.13+submodules+notgz+2022032202-2), mailparse 3.1.4 (php8.2-mailparse
#   3.1.4+2.1.7~dev20160128-1), PHP 8.2.36 (php8.2-cli 8.2.36-1~deb12u1), Python 3.11 for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5322, section 3.4: a list of addresses may have groups in it, at any place: a name, a colon, addresses, and a semicolon.
# Seen: Mail_mime's addTo("Team: a@example.org, b@example.org;") writes the field as "Team:" in quotation marks, an address without angle brackets, a
#   second one, and the semicolon, which is no list of addresses. mailparse_rfc822_parse_addresses() knows a group that comes first; behind another
#   address it gives "Team:a@example.org" as address, no group, and an empty address. Python reads groups at each place, and in what Mail_mime has
#   written it does not find a@example.org.
# Why it matters: mail programmes write groups for teams and lists; the first of the team gets no mail, or an answer goes to an address that is none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-mail-mime=1.10.11-1 php-pear=1:1.10.13+submodules+notgz+2022032202-2 php8.2-mailparse=3.1.4+2.1.7~dev20160128-1 \
    {php8.2-cli,php8.2-common,php8.2-mbstring,php8.2-xml}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
require_once 'Mail/mime.php';
foreach (array_slice($argv, 1) as $text) {
    $mail = new Mail_mime(['eol' => "\n"]);
    $mail->addTo($text);
    echo $mail->headers()['To'], "\n";
    $parts = [];
    foreach (mailparse_rfc822_parse_addresses($text) as $part) {
        $parts[] = ($part['is_group'] ? 'group ' : '') . $part['address'];
    }
    echo implode(' | ', $parts), "\n";
}
PHP
cat > find.py <<'PY'
import email.headerregistry
import os
import subprocess

LISTS = (
    "Jo <jo@example.org>, a@example.org",
    "Team: a@example.org, b@example.org;",
    "jo@example.org, Team: a@example.org, b@example.org;",
)
PHP = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"extension_dir={os.getcwd()}/usr/lib/php/20220829"]
PHP += [word for name in ("mbstring", "iconv", "ctype", "mailparse") for word in ("-d", f"extension={name}.so")]


def by_python(text):
    addresses = email.headerregistry.HeaderRegistry()("To", text)
    defects = f", defects: {', '.join(sorted({type(defect).__name__ for defect in addresses.defects}))}" if addresses.defects else ""
    return " | ".join(str(address.addr_spec) for address in addresses.addresses) + defects


result = subprocess.run([*PHP, "find.php", *LISTS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
lines = iter(result.stdout.splitlines())
for text in LISTS:
    written = next(lines)
    print(f"{text}\n    Python:     {by_python(text)}\n    mailparse:  {next(lines)}")
    print(f"    Mail_mime writes {written}\n    that, by Python: {by_python(written)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Jo <jo@example.org>, a@example.org
    Python:     jo@example.org | a@example.org
    mailparse:  jo@example.org | a@example.org
    Mail_mime writes Jo <jo@example.org>, a@example.org
    that, by Python: jo@example.org | a@example.org
Team: a@example.org, b@example.org;
    Python:     a@example.org | b@example.org
    mailparse:  group :a@example.org,b@example.org;
    Mail_mime writes "Team:" a@example.org, b@example.org;
    that, by Python: "Team: a"@example.org | b@example.org, defects: InvalidHeaderDefect
jo@example.org, Team: a@example.org, b@example.org;
    Python:     jo@example.org | a@example.org | b@example.org
    mailparse:  jo@example.org | Team:a@example.org | b@example.org | 
    Mail_mime writes jo@example.org, "Team:" a@example.org, b@example.org;
    that, by Python: jo@example.org | "Team: a"@example.org | b@example.org, defects: InvalidHeaderDefect
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
