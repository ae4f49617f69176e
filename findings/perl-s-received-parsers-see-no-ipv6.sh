#!/bin/bash
# Perl's Email::Received and Mail::Field::Received: of the server that a mail came from over IPv6 the one finds nothing, the other no address and no name.
#
# Versions: Email::Received 1.00, Mail::Field::Received 0.26 (Debian 12: libemail-received-perl 1.00-3, libmail-field-received-perl 0.26-1.1, and the
#   packages below), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 5321, section 4.4: after "from" the name that the client has given, and in parentheses what its connection says: a name and an address,
#   [192.0.2.1] or [IPv6:2001:db8::1] (section 4.1.3). The manuals: parse_received() has "ip", "rdns" and "helo"; parse_tree() has the "address" and the
#   "domain" of "from".
# Seen: for the lines of Postfix and of Exim with an IPv4 address both find the address. For the same lines with an IPv6 address parse_received()
#   returns nothing, not even the name, the receiver or the id, and parse_tree() neither "address" nor "domain", while parsed_ok() is 1 for Postfix.
# Why it matters: much of the mail between large providers comes over IPv6; the first line of a mail, which is to be looked up in lists of
#   senders as in the manual's example, seems not to be there, and the line of the hop before is taken for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libemail-received-perl=1.00-3 libmail-field-received-perl=0.26-1.1 libmailtools-perl=2.21-2 libtimedate-perl=2.3300-2 \
    libregexp-common-perl=2017060201-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.pl <<'PERL'
use strict;
use warnings;
use Email::Received;
use Mail::Field;
use Mail::Field::Received;
my $date = 'Mon, 30 Nov 2026 05:00:00 +0000';
for my $address ('192.0.2.1', '2001:db8::1') {
    my $literal = $address =~ /:/ ? "IPv6:$address" : $address;
    for my $line (
        "from mail.example.net (mail.example.net [$literal]) by mx.example.org (Postfix) with ESMTPS id 4ABC for <jo\@example.org>; $date",
        "from mail.example.net ([$address]) by mx.example.org with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96)"
            . " (envelope-from <a\@example.net>) id 1abc-00 for jo\@example.org; $date",
    ) {
        my $received = parse_received($line) || {};
        my $field = Mail::Field->new('Received', $line);
        my $from = $field->parse_tree->{from};
        print substr($line, 0, 80), "...\n";
        print '    Email::Received: ', join(', ', map { "$_ $received->{$_}" } grep { $received->{$_} } qw(by helo id ip rdns)) || 'nothing', "\n";
        print '    Mail::Field::Received: ', join(', ', map { "$_ $from->{$_}" } grep { $from->{$_} } qw(HELO address domain)),
            ', parsed_ok ', $field->parsed_ok, "\n";
    }
}
PERL
PERL5LIB=usr/share/perl5 timeout 60 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
from mail.example.net (mail.example.net [192.0.2.1]) by mx.example.org (Postfix)...
    Email::Received: by mx.example.org, helo mail.example.net, id 4ABC, ip 192.0.2.1, rdns mail.example.net
    Mail::Field::Received: HELO mail.example.net, address 192.0.2.1, domain mail.example.net, parsed_ok 1
from mail.example.net ([192.0.2.1]) by mx.example.org with esmtps (TLS1.3) tls T...
    Email::Received: by mx.example.org, id 1abc-00, ip 192.0.2.1, rdns mail.example.net
    Mail::Field::Received: HELO mail.example.net, address 192.0.2.1, parsed_ok 0
from mail.example.net (mail.example.net [IPv6:2001:db8::1]) by mx.example.org (P...
    Email::Received: nothing
    Mail::Field::Received: HELO mail.example.net, parsed_ok 1
from mail.example.net ([2001:db8::1]) by mx.example.org with esmtps (TLS1.3) tls...
    Email::Received: nothing
    Mail::Field::Received: HELO mail.example.net, parsed_ok 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
