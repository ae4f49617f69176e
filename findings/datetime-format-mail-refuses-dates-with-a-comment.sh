#!/bin/bash
# Perl's DateTime::Format::Mail: "Mon, 30 Nov 2026 05:00:00 +0100 (CET)" is an invalid date, and so is "Mon, 30 Nov 2026 05:00 +0100".
#
# Versions: DateTime::Format::Mail 0.4030 (Debian 12: libdatetime-format-mail-perl 0.4030-3, and the packages below), Perl 5.36, Python 3.11 for
#   comparison. Wants `apt-get update` beforehand, and perl.
# Expected: the manual: the module reads the dates of RFC 2822 and 822. RFC 5322 (and 2822), section 3.3: behind the zone comments may stand (CFWS); the day
#   of the week is optional, and so are the seconds.
# Seen: a zone's name in parentheses, as many mail programmes write it behind the zone's digits, ends in "Invalid format for date!" with the standard
#   ("strict") parser, and so does a date without seconds. They are accepted with loose => 1, which the manual has for other people's broken dates.
#   Python reads all of them.
# Why it matters: a programme that sorts or files mails by their date stops at those of many senders, or files them without a date.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libalgorithm-c3-perl=0.11-2 libb-hooks-endofscope-perl=0.26-1 libb-hooks-op-check-perl=0.22-2+b1 \
    libclass-c3-perl=0.35-2 libclass-data-inheritable-perl=0.08-3 libclass-inspector-perl=1.36-3 libclass-method-modifiers-perl=2.14-1 \
    libclass-singleton-perl=1.6-2 libdata-optlist-perl=0.113-1 libdatetime-format-mail-perl=0.4030-3 libdatetime-locale-perl=1:1.37-1 \
    libdatetime-perl=2:1.59-1 libdatetime-timezone-perl=1:2.60-1+2026f libdevel-callchecker-perl=0.008-2 libdevel-stacktrace-perl=2.0400-2 \
    libdynaloader-functions-perl=0.003-3 libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 libfile-sharedir-perl=1.118-3 \
    libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 \
    libnamespace-clean-perl=0.27-2 libpackage-stash-perl=0.40-1 libparams-classify-perl=0.015-2+b1 libparams-util-perl=1.102-2+b1 \
    libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 libspecio-perl=0.48-1 \
    libsub-exporter-perl=0.989-1 libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 libsub-install-perl=0.929-1 \
    libsub-name-perl=0.26-2+b1 libsub-quote-perl=2.006008-1 libtry-tiny-perl=0.31-2 libvariable-magic-perl=0.63-1+b1 \
    libxstring-perl=0.005-2+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.pl <<'PERL'
use strict;
use warnings;
use DateTime::Format::Mail;
for my $text (@ARGV) {
    for my $loose (0, 1) {
        my $date = eval { DateTime::Format::Mail->new($loose ? (loose => 1) : ())->parse_datetime($text) };
        (my $error = $@ || '') =~ s/ at \S+ line.*|\n.*//s;
        print $loose ? '; loose: ' : '    strict: ', $date ? $date->strftime('%FT%T%z') : $error;
    }
    print "\n";
}
PERL
cat > find.py <<'PY'
import email.utils
import os
import subprocess

DATES = (
    "Mon, 30 Nov 2026 05:00:00 +0100",
    "Mon, 30 Nov 2026 05:00:00 +0100 (CET)",
    "Mon, 30 Nov 2026 04:00:00 GMT (Greenwich)",
    "30 Nov 2026 05:00:00 +0100",
    "Mon, 30 Nov 2026 05:00 +0100",
)
environment = {**os.environ, "PERL5LIB": "usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36"}
result = subprocess.run(
    ["perl", "find.pl", *DATES], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
)
for date, line in zip(DATES, result.stdout.splitlines(), strict=True):
    print(f"{date}\n{line}; Python: {email.utils.parsedate_tz(date)[:6]}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Mon, 30 Nov 2026 05:00:00 +0100
    strict: 2026-11-30T05:00:00+0100; loose: 2026-11-30T05:00:00+0100; Python: (2026, 11, 30, 5, 0, 0)
Mon, 30 Nov 2026 05:00:00 +0100 (CET)
    strict: Invalid format for date!; loose: 2026-11-30T05:00:00+0100; Python: (2026, 11, 30, 5, 0, 0)
Mon, 30 Nov 2026 04:00:00 GMT (Greenwich)
    strict: Invalid format for date!; loose: 2026-11-30T04:00:00+0000; Python: (2026, 11, 30, 4, 0, 0)
30 Nov 2026 05:00:00 +0100
    strict: 2026-11-30T05:00:00+0100; loose: 2026-11-30T05:00:00+0100; Python: (2026, 11, 30, 5, 0, 0)
Mon, 30 Nov 2026 05:00 +0100
    strict: Invalid format for date!; loose: 2026-11-30T05:00:00+0100; Python: (2026, 11, 30, 5, 0, 0)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
