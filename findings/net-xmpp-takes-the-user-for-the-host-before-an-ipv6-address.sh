#!/bin/bash
# Net::XMPP: of jo@[2001:db8::1]/home the host is "jo" and the rest a resource, so a stanza goes to another server; slixmpp reads it right.
#
# Versions: Net::XMPP 1.05 (Debian 12: libnet-xmpp-perl 1.05-2), slixmpp 1.17.0 (PyPI) for comparison, Perl 5.36. Wants `apt-get update` beforehand,
#   and perl.
# Expected: RFC 7622, section 3.2: the domain part of a JID is an IPv4 address, an IPv6 address in brackets, or a name. RFC 3920, section 3.2 had that
#   already. Section 3.1: what stands in front of the first "@" is the local part, and what stands behind the first "/" the resource.
# Seen: for "jo@[2001:db8::1]/home" GetServer() says "jo", GetUserID() nothing, and GetResource() "@[2001:db8::1]/home"; GetJID("base"), the bare JID,
#   is "jo". For "[2001:db8::1]" all are empty. The same with an IPv4 address or a name is right. slixmpp reads all.
# Why it matters: who runs a server at home or in a laboratory without a name sends messages to a server by the name of the user, and rosters list a
#   contact "jo" whose address cannot be had any more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-xmpp-perl=1.05-2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libnet-xmpp-perl*.deb .
export PERL5LIB=$work/usr/share/perl5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check slixmpp==1.17.0

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::XMPP::JID;

for my $text (@ARGV) {
    my $jid = Net::XMPP::JID->new($text);
    print join(' | ', map { $_ // '' } $jid->GetUserID, $jid->GetServer, $jid->GetResource, $jid->GetJID('base')), "\n";
}
PERL
cat > find.py <<'PY'
import subprocess

from slixmpp import JID

NAMES = ("jo@example.org/home", "jo@192.0.2.1/home", "jo@[2001:db8::1]/home", "jo@[::1]", "[2001:db8::1]", "[2001:db8::1]/log")
lines = subprocess.run(["perl", "find.pl", *NAMES], capture_output=True, text=True, timeout=20).stdout.splitlines()
for name, line in zip(NAMES, lines, strict=True):
    jid = JID(name)
    print(f"{name}\n    slixmpp:   {jid.local} | {jid.domain} | {jid.resource} | {jid.bare}\n    Net::XMPP: {line}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
jo@example.org/home
    slixmpp:   jo | example.org | home | jo@example.org
    Net::XMPP: jo | example.org | home | jo@example.org
jo@192.0.2.1/home
    slixmpp:   jo | 192.0.2.1 | home | jo@192.0.2.1
    Net::XMPP: jo | 192.0.2.1 | home | jo@192.0.2.1
jo@[2001:db8::1]/home
    slixmpp:   jo | [2001:db8::1] | home | jo@[2001:db8::1]
    Net::XMPP:  | jo | @[2001:db8::1]/home | jo
jo@[::1]
    slixmpp:   jo | [::1] |  | jo@[::1]
    Net::XMPP:  | jo | @[::1] | jo
[2001:db8::1]
    slixmpp:    | [2001:db8::1] |  | [2001:db8::1]
    Net::XMPP:  |  |  | 
[2001:db8::1]/log
    slixmpp:    | [2001:db8::1] | log | [2001:db8::1]
    Net::XMPP:  |  |  | 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
