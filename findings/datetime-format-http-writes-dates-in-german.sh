#!/bin/bash
# Perl's DateTime::Format::HTTP: for a time with a German locale the Date field is "Mi., 10 März 2027 09:00:00 GMT", which it cannot read itself.
#
# Versions: DateTime::Format::HTTP 0.42 (Debian 12: libdatetime-format-http-perl 0.42-4), DateTime 1.59, DateTime::Locale 1.37, Perl 5.36, Python 3.11's
#   email for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 9110, section 5.6.7: the day is one of "Mon" to "Sun" and the month one of "Jan" to "Dec", case-sensitive, in each country. The
#   documentation of format_datetime(): "Given a DateTime object, this function returns an HTTP-formatted string." DateTime::Format::Mail,
#   the same for mails, writes English names.
# Seen: the names are those of the object's locale. In German the day has a dot behind it; in French a date is "mer., 10 mars 2027"; each of those
#   is refused by parse_datetime() of the same module, or is not read by others.
# Why it matters: locale is a property of the object, or a default for the whole program by DateTime->DefaultLocale, and who sets it for his pages sends
#   Last-Modified, Expires and cookies that nobody can read: caches take such an Expires for the past. Set the locale to "en" before formatting.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libb-hooks-endofscope-perl=0.26-1 libclass-data-inheritable-perl=0.08-3 libclass-inspector-perl=1.36-3 libclass-singleton-perl=1.6-2 \
    libdatetime-format-http-perl=0.42-4 libdatetime-format-mail-perl=0.4030-3 libdatetime-locale-perl=1:1.37-1 libdatetime-perl=2:1.59-1 \
    libdatetime-timezone-perl=1:2.60-1+2026f libdevel-stacktrace-perl=2.0400-2 libeval-closure-perl=0.14-3 libexception-class-perl=1.45-1 \
    libfile-sharedir-perl=1.118-3 libhttp-date-perl=6.05-2 libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 \
    libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 libnamespace-clean-perl=0.27-2 libpackage-stash-perl=0.40-1 \
    libpackage-stash-xs-perl=0.30-1+b1 libparams-validate-perl=1.31-1 libparams-validationcompiler-perl=0.31-1 librole-tiny-perl=2.002004-1 \
    libspecio-perl=0.48-1 libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 libtry-tiny-perl=0.31-2 \
    libvariable-magic-perl=0.63-1+b1 libxstring-perl=0.005-2+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use DateTime;
use DateTime::Format::HTTP;
use DateTime::Format::Mail;

binmode STDOUT, ":utf8";
for my $locale ("en", "de", "fr") {
    my $time = DateTime->new(year => 2027, month => 3, day => 10, hour => 9, time_zone => "UTC", locale => $locale);
    my $text = DateTime::Format::HTTP->format_datetime($time);
    my $again = eval { DateTime::Format::HTTP->parse_datetime($text)->iso8601 } // "error";
    print "$locale: $text; read again: $again; DateTime::Format::Mail: ", DateTime::Format::Mail->format_datetime($time), "\n";
}
PERL
timeout 20 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
en: Wed, 10 Mar 2027 09:00:00 GMT; read again: 2027-03-10T09:00:00; DateTime::Format::Mail: Wed, 10 Mar 2027 09:00:00 +0000
de: Mi., 10 März 2027 09:00:00 GMT; read again: error; DateTime::Format::Mail: Wed, 10 Mar 2027 09:00:00 +0000
fr: mer., 10 mars 2027 09:00:00 GMT; read again: error; DateTime::Format::Mail: Wed, 10 Mar 2027 09:00:00 +0000
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
