#!/bin/bash
# Net::Sieve::Script: a filter that redirects mails gets `require "redirect"`, one that looks at the envelope loses its require, and servers refuse both.
#
# Versions: Net::Sieve::Script 0.09 (Debian 12: libnet-sieve-script-perl 0.09-2), Perl 5.36; Dovecot's sievec, Pigeonhole 0.5.19 (dovecot-sieve
#   1:2.3.19.1+dfsg1-2.1+deb12u7), says which scripts are valid. Wants `apt-get update` beforehand, and perl.
# Expected: its documentation: "Support RFC 5228 - sieve base"; parsing_ok() is true on success, and write_script() writes "full script, require and
#   rules parts". RFC 5228: redirect (section 4.2) needs no require, fileinto (4.1) and envelope (5.4) do; reject needs one by RFC 5429; a quoted
#   string may hold a semicolon (2.4.2), and an if may stand in the block of another (3.1).
# Seen: each of the scripts is valid. Written again, redirect is required, which is no extension; envelope is not; of fileinto and reject in one block
#   the second is not; a text with a semicolon ends there; of an if within an if only the inner block is left. parsing_ok() is true for redirect.
# Why it matters: this module is made to edit the filters of a ManageSieve server: it accepts none of these, or, with the inner block, another one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-sieve-script-perl=0.09-2 libclass-accessor-perl=0.51-2 dovecot-sieve=1:2.3.19.1+dfsg1-2.1+deb12u7 \
    dovecot-core=1:2.3.19.1+dfsg1-2.1+deb12u7 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::Sieve::Script;
local $/;
my $script = do { no warnings; Net::Sieve::Script->new(<STDIN>) };
$SIG{__WARN__} = sub { };
print $script->write_script;
print STDERR $script->parsing_ok ? "parsing_ok" : "not parsing_ok";
PERL
cat > find.py <<'PY'
import os
import re
import subprocess

SCRIPTS = (
    'require "fileinto"; if header :contains "subject" "a" { fileinto "box"; }',
    'if header :is "subject" "a" { redirect "user@example.org"; }',
    'require "envelope"; if envelope :is "from" "user@example.org" { discard; }',
    'require ["fileinto", "reject"]; if header :is "subject" "a" { fileinto "box"; reject "no"; }',
    'require "reject"; if header :is "subject" "a" { reject "no; thanks"; }',
    'if header :is "subject" "a" { if header :is "to" "user@example.org" { stop; } keep; }',
)
# DOVECONF_ENV: there are no configuration files here to read.
DOVECOT = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/dovecot", "DOVECONF_ENV": "1"}
PERL = {**os.environ, "PERL5LIB": "usr/share/perl5"}


def check(script):
    with open("script.sieve", "w") as file:
        file.write(script)
    result = subprocess.run(["usr/bin/sievec", "script.sieve", "script.svbin"], env=DOVECOT, capture_output=True, text=True, timeout=30)
    reason = re.search("error: (.*)", result.stderr)
    return "valid" if result.returncode == 0 else "invalid: " + reason[1]


for script in SCRIPTS:
    written = subprocess.run(["perl", "find.pl"], input=script, env=PERL, capture_output=True, text=True, timeout=30)
    print(f"{script}\n    is {check(script)}, {written.stderr.splitlines()[-1]}\n  {' '.join(written.stdout.split())}\n    is {check(written.stdout)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
require "fileinto"; if header :contains "subject" "a" { fileinto "box"; }
    is valid, parsing_ok
  require "fileinto"; if header :contains "subject" "a" { fileinto "box"; }
    is valid
if header :is "subject" "a" { redirect "user@example.org"; }
    is valid, parsing_ok
  require "redirect"; if header :is "subject" "a" { redirect "user@example.org"; }
    is invalid: require command: `redirect' is not known as a Sieve capability, but it is known as a Sieve command that is always available.
require "envelope"; if envelope :is "from" "user@example.org" { discard; }
    is valid, parsing_ok
  if envelope :is "from" "user@example.org" { discard; }
    is invalid: unknown test 'envelope' (only reported once at first occurrence).
require ["fileinto", "reject"]; if header :is "subject" "a" { fileinto "box"; reject "no"; }
    is valid, parsing_ok
  require "fileinto"; if header :is "subject" "a" { fileinto "box"; reject "no"; }
    is invalid: unknown command 'reject' (only reported once at first occurrence).
require "reject"; if header :is "subject" "a" { reject "no; thanks"; }
    is valid, not parsing_ok
  require "reject"; if header :is "subject" "a" { reject "no; }
    is invalid: end of file before end of quoted string started at line 4.
if header :is "subject" "a" { if header :is "to" "user@example.org" { stop; } keep; }
    is valid, not parsing_ok
  if header :is "subject" "a" { stop; }
    is valid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
