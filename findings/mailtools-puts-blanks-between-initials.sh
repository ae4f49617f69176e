#!/bin/bash
# Perl's MailTools: "J. R. Doe <jo@example.org>" comes out as "J . R . Doe", and of "Team: a@example.org, b@example.org;" one is Team:a@example.org.
#
# Versions: MailTools 2.21 and, for comparison, Email::Address::XS 1.05 (Debian 12: libmailtools-perl 2.21-2, libemail-address-xs-perl 1.05-1+b1), Perl
#   5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5322, section 3.4: a group, "Team: a@example.org, b@example.org;", has a name and mailboxes. Section 4.1: a name with full stops must be
#   accepted, as it has always been in use. Section 4.4: a route in front of an address must be accepted. MailTools' documentation: parse() returns a
#   list of addresses.
# Seen: the name of a group becomes a part of its first address, an empty group "undisclosed-recipients:;" is the address "undisclosed-recipients:", and
#   a name with initials gets blanks before its full stops, which are written into the new header. A route becomes two addresses. Email::Address::XS
#   has them right.
# Why it matters: Mail::Address is what Mail::Box and many scripts read recipients with; they write to the address "Team:a@example.org".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmailtools-perl=2.21-2 libemail-address-xs-perl=1.05-1+b1 libtimedate-perl=2.3300-2 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Email::Address::XS;
use Mail::Address;

for my $text (@ARGV) {
    print "$text\n";
    for my $module (qw(Mail::Address Email::Address::XS)) {
        local $SIG{__WARN__} = sub { };
        my @found = map { $_->address . " (" . $_->format . ")" } $module->parse($text);
        print "  $module: ", join(" and ", @found) || "nobody", "\n";
    }
}
PERL
timeout 30 perl find.pl "Jo Doe <jo@example.org>, b@example.org" "J. R. Doe <jo@example.org>" "Team: a@example.org, b@example.org;" \
    "undisclosed-recipients:;" "<@a.example,@b.example:jo@example.org>" >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Jo Doe <jo@example.org>, b@example.org
  Mail::Address: jo@example.org (Jo Doe <jo@example.org>) and b@example.org (b@example.org)
  Email::Address::XS: jo@example.org ("Jo Doe" <jo@example.org>) and b@example.org (b@example.org)
J. R. Doe <jo@example.org>
  Mail::Address: jo@example.org ("J . R . Doe" <jo@example.org>)
  Email::Address::XS: jo@example.org ("J. R. Doe" <jo@example.org>)
Team: a@example.org, b@example.org;
  Mail::Address: Team:a@example.org (Team:a@example.org) and b@example.org (b@example.org)
  Email::Address::XS: a@example.org (a@example.org) and b@example.org (b@example.org)
undisclosed-recipients:;
  Mail::Address: undisclosed-recipients: (undisclosed-recipients:)
  Email::Address::XS: nobody
<@a.example,@b.example:jo@example.org>
  Mail::Address: @a.example (@a.example) and @b.example:jo@example.org (@b.example:jo@example.org)
  Email::Address::XS: jo@example.org (jo@example.org)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
