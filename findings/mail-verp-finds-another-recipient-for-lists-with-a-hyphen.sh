#!/bin/bash
# Perl's Mail::Verp: of a bounce of the list my-list@example.org it says that the list is my@example.org and that list-jo@example.com has failed.
#
# Versions: Mail::Verp 0.06 (Debian 12: libmail-verp-perl 0.06+dfsg-4), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: its documentation: decode() returns the sender and the recipient that encode() got. VERP, as its author describes it, encodes the separator
#   in the recipient, so that the last one in the address is the one between the two; this module does so as well ("+2D").
# Seen: decode() looks for the first hyphen, which is that of the list, though encode() has encoded all behind the last one. It is the same for
#   each sender with a hyphen, also where the recipient has none. With "+" as the separator it would be so for jo+news@example.org.
# Why it matters: bounces of such a list never reach the entry of who has failed: the address stays, and one that nobody has is looked up instead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libmail-verp-perl=0.06+dfsg-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Mail::Verp;

sub show {
    my ($verp, $sender, $recipient) = @_;
    my $encoded = $verp->encode($sender, $recipient);
    print "$sender to $recipient: $encoded\n";
    print "  decoded: ", join(" to ", $verp->decode($encoded)), "\n";
    # The recipient has none of the separators left, so the last one is the right one.
    my ($separator) = map { quotemeta } $verp->separator;
    my ($local, $name, $domain, $own) = $encoded =~ /^(.*)$separator([^=]*)=([^=]*)@(.*)$/;
    s/\+([0-9A-F]{2})/chr hex $1/eg for $name, $domain;
    print "  at the last \"", $verp->separator, "\": $local\@$own to $name\@$domain\n";
}
show(Mail::Verp->new, "news\@example.org", "jo\@example.com");
show(Mail::Verp->new, "news\@example.org", "jo-doe\@a-b.example.com");
show(Mail::Verp->new, "my-list\@example.org", "jo\@example.com");
show(Mail::Verp->new, "my-list-bounces\@example.org", "jo-doe\@a-b.example.com");
PERL
timeout 30 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
news@example.org to jo@example.com: news-jo=example.com@example.org
  decoded: news@example.org to jo@example.com
  at the last "-": news@example.org to jo@example.com
news@example.org to jo-doe@a-b.example.com: news-jo+2Ddoe=a+2Db.example.com@example.org
  decoded: news@example.org to jo-doe@a-b.example.com
  at the last "-": news@example.org to jo-doe@a-b.example.com
my-list@example.org to jo@example.com: my-list-jo=example.com@example.org
  decoded: my@example.org to list-jo@example.com
  at the last "-": my-list@example.org to jo@example.com
my-list-bounces@example.org to jo-doe@a-b.example.com: my-list-bounces-jo+2Ddoe=a+2Db.example.com@example.org
  decoded: my@example.org to list-bounces-jo-doe@a-b.example.com
  at the last "-": my-list-bounces@example.org to jo-doe@a-b.example.com
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
