#!/bin/bash
# Evolution's Camel: the last member of a group has the address ";", and of an account's host [2001:db8::1] it keeps "[2001".
#
# Versions: Camel of evolution-data-server 3.46.4 (Debian 12: libcamel-1.2-64, gir1.2-camel-1.2 3.46.4-2+deb12u1, python3-gi 3.42.2-3+b1 and what
#   they need), Python 3.11's email and urllib for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5322, section 3.4: group = display-name ":" [group-list] ";", and the members of a group list are addresses like others. RFC 3986,
#   section 3.2.2, which RFC 5092 for imap refers to: host is also an IPv6 address in brackets, whose colons begin no port.
# Seen: CamelInternetAddress reads "Team: ann@example.org, bo@example.org;" as ann@example.org and the address ";" of somebody named
#   "<bo@example.org>", and writes that back. The same is so for the recipients of a message. In a group of one it is that one. CamelURL takes the
#   first colon in the brackets for the beginning of the port: the host is "[2001", the port 0, and to_string() has imap://jo@%5b2001/.
# Why it matters: a reply to all of a mail to a group cannot be sent or misses one; who has a mail server on an IPv6 address cannot use it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libcamel-1.2-64,gir1.2-camel-1.2}=3.46.4-2+deb12u1 python3-gi=3.42.2-3+b1 libgirepository-1.0-1=1.74.0-3 \
    gir1.2-glib-2.0=1.74.0-3 gir1.2-freedesktop=1.74.0-3 libnss3=2:3.87.1-1+deb12u4 libnspr4=2:4.35-1 libsecret-1-0=0.20.5-3 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu PYTHONPATH=$work/usr/lib/python3/dist-packages
export GI_TYPELIB_PATH=$work/usr/lib/x86_64-linux-gnu/girepository-1.0

cat > find.py <<'PY'
import email
import email.policy
from urllib.parse import urlsplit

import gi

gi.require_version("Camel", "1.2")
from gi.repository import Camel


def listed(addresses):
    return [addresses.get(number)[1:] for number in range(addresses.length())]


ADDRESSES = (
    "Ann <ann@example.org>, bo@example.org",
    "Team: ann@example.org;",
    "Team: ann@example.org, bo@example.org;",
    "All: Ann <ann@example.org>, bo@example.org;, c@example.org",
)
for text in ADDRESSES:
    addresses = Camel.InternetAddress()
    addresses.decode(text)
    right = email.message_from_string(f"To: {text}\n\n", policy=email.policy.default)["To"].addresses
    print(text)
    print("    email:", [(one.display_name, one.addr_spec) for one in right])
    print("    Camel:", [tuple(one) for one in listed(addresses)], "written as", addresses.encode())

mail = Camel.MimeMessage.new()
mail.construct_from_stream_sync(Camel.StreamMem.new_with_buffer(b"To: Team: ann@example.org, bo@example.org;\n\nText\n"), None)
print("recipients of a message:", mail.get_recipients("to").format())

for url in ("imap://jo@mail.example.org:1143/", "imap://jo@192.0.2.1:1143/", "imap://jo@[2001:db8::1]:1143/"):
    parts, right = Camel.URL.new(url), urlsplit(url)
    print(f"{url}: urllib {right.hostname} {right.port}, Camel {parts.host} {parts.port}, written as {parts.to_string(0)}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Ann <ann@example.org>, bo@example.org
    email: [('Ann', 'ann@example.org'), ('', 'bo@example.org')]
    Camel: [('Ann', 'ann@example.org'), ('', 'bo@example.org')] written as Ann <ann@example.org>, bo@example.org
Team: ann@example.org;
    email: [('', 'ann@example.org')]
    Camel: [('<ann@example.org>', ';')] written as "<ann@example.org>" <;>
Team: ann@example.org, bo@example.org;
    email: [('', 'ann@example.org'), ('', 'bo@example.org')]
    Camel: [('', 'ann@example.org'), ('<bo@example.org>', ';')] written as ann@example.org, "<bo@example.org>" <;>
All: Ann <ann@example.org>, bo@example.org;, c@example.org
    email: [('Ann', 'ann@example.org'), ('', 'bo@example.org'), ('', 'c@example.org')]
    Camel: [('Ann', 'ann@example.org'), ('<bo@example.org>', ';'), ('', 'c@example.org')] written as Ann <ann@example.org>, "<bo@example.org>" <;>, c@example.org
recipients of a message: ann@example.org, "<bo@example.org>" <;>
imap://jo@mail.example.org:1143/: urllib mail.example.org 1143, Camel mail.example.org 1143, written as imap://jo@mail.example.org:1143/
imap://jo@192.0.2.1:1143/: urllib 192.0.2.1 1143, Camel 192.0.2.1 1143, written as imap://jo@192.0.2.1:1143/
imap://jo@[2001:db8::1]:1143/: urllib 2001:db8::1 1143, Camel [2001 0, written as imap://jo@%5b2001/
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
