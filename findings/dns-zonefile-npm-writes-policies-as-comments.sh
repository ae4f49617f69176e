#!/bin/bash
# dns-zonefile: of a DKIM or DMARC policy that it writes, name servers read the first tag alone, and what it reads has times without unit
# and records under other names.
#
# Versions: dns-zonefile 0.3.2 (npm), Node.js; dnspython 2.8.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 1035, section 5.1: a semicolon begins a comment unless it is in quotation marks; a character string without blanks may be
#   without; parentheses hold a record together over lines; a line that begins with a blank belongs to the name before. RFC 4034, section
#   5.3: blanks are allowed within the digest of a DS record. BIND and others read 1h and 30d as times.
# Seen: generate() writes TXT texts as they are, so that "v=DMARC1; p=reject" is a text "v=DMARC1" and a comment; "a b" becomes two texts.
#   parse() reads "1h" as 1 and "30d" as 30, takes a key tag of 2371 for 13 if the digest has a blank, gives the AAAA of "mail", on a line
#   of its own that begins with a blank, to "@", and makes "( "v=DKIM1; k=rsa" of a text in parentheses. TLSA and HTTPS records are dropped
#   without a word.
# Why it matters: a zone written with it has no DMARC policy at all, and its mail is no longer signed for anybody who looks; one read with
#   it is cached for a second instead of an hour.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dns-zonefile@0.3.2 >npm.log 2>&1

python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dnspython==2.8.0
cat > dnspython.py <<'PY'
import sys

import dns.zone

zone = dns.zone.from_text(sys.stdin.read(), "example.org.", relativize=False, check_origin=False)
for name, ttl, rdata in sorted(zone.iterate_rdatas(), key=str):
    print("  dnspython:", name, rdata)
PY
cat > find.js <<'JS'
const { execFileSync } = require("child_process");
const { default: zonefile } = require("dns-zonefile");

function dnspython(text) {
  console.log(execFileSync("venv/bin/python", ["dnspython.py"], { input: text, encoding: "utf8" }).trimEnd());
}

console.log("written:");
const txt = [{ name: "_dmarc", txt: "v=DMARC1; p=reject" }, { name: "note", txt: "a b" }];
const soa = { mname: "ns1.example.org.", rname: "jo.example.org.", serial: 1, refresh: 3600, retry: 900, expire: 2592000, minimum: 3600 };
const written = zonefile.generate({ $origin: "example.org.", $ttl: 3600, soa, txt });
dnspython("$TTL 3600\n" + written.split("\n").filter((line) => line.includes("TXT\t")).join("\n") + "\n");

console.log("read:");
const text = `@ IN SOA ns1.example.org. jo.example.org. ( 1 1h 15m 30d 1h )
mail IN A 192.0.2.1
 IN AAAA 2001:db8::1
key IN DS 2371 13 2 ABCDEF0123456789ABCDEF0123456789 AB012345678901234567890123456789
k._domainkey IN TXT ( "v=DKIM1; k=rsa"
  "; p=AAAA" )
_443._tcp IN TLSA 3 1 1 ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789
www IN HTTPS 1 . alpn=h2
`;
dnspython(`$ORIGIN example.org.\n$TTL 3600\n${text}`);
const { $origin, $ttl, ...records } = zonefile.parse(`$ORIGIN example.org.\n$TTL 3600\n${text}`);
for (const [type, each] of Object.entries(records)) console.log(`  dns-zonefile: ${type} ${JSON.stringify(each)}`.slice(0, 130));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
written:
  dnspython: _dmarc.example.org. "v=DMARC1"
  dnspython: note.example.org. "a" "b"
read:
  dnspython: _443._tcp.example.org. 3 1 1 abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789
  dnspython: example.org. ns1.example.org. jo.example.org. 1 3600 900 2592000 3600
  dnspython: k._domainkey.example.org. "v=DKIM1; k=rsa" "; p=AAAA"
  dnspython: key.example.org. 2371 13 2 abcdef0123456789abcdef0123456789ab012345678901234567890123456789
  dnspython: mail.example.org. 192.0.2.1
  dnspython: mail.example.org. 2001:db8::1
  dnspython: www.example.org. 1 . alpn="h2"
  dns-zonefile: soa {"name":"@","minimum":1,"expire":30,"retry":15,"refresh":1,"serial":1,"rname":"jo.example.org.","mname":"ns1.e
  dns-zonefile: a [{"name":"mail","ip":"192.0.2.1"}]
  dns-zonefile: aaaa [{"name":"@","ip":"2001:db8::1"}]
  dns-zonefile: ds [{"name":"key","key_tag":"13","algorithm":"2","digest_type":"ABCDEF0123456789ABCDEF0123456789","digest":"AB0123
  dns-zonefile: txt [{"name":"k._domainkey","txt":"( \"v=DKIM1; k=rsa\""}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
