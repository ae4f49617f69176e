#!/bin/bash
# bns: of a zone as dig shows it URI, CERT, HTTPS and SVCB records are errors.
#
# Versions: bns 0.16.0 (npm), Node.js; dnspython 2.8.0 to compare with (PyPI), Python 3.11.
# Expected: RFC 7553, section 4.4: the target of a URI record is written in quotation marks; RFC 4398, section 2.2: the type of a CERT
#   record is a number or a name such as PKIX, the algorithm likewise; RFC 9460: HTTPS and SVCB. The first two are in its list of types.
# Seen: 'unexpected token: "\""' for URI 10 1 "https://example.org/a", and a URI record that bns itself writes, without quotation marks, is
#   no valid line. "Invalid integer." for CERT PKIX; "unknown RR type" for HTTPS. TXT, CAA and TLSA are read. dnspython reads all of them.
# Why it matters: one such record in a file, and the server does not start: none of the zone is served.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts bns@0.16.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dnspython==2.8.0

cat > lines <<'TEXT'
TXT "v=spf1 -all"
CAA 0 issue "ca.example.org"
TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
URI 10 1 "https://example.org/a"
CERT PKIX 0 RSASHA256 AQID
HTTPS 1 . alpn="h2,h3"
SVCB 1 . alpn=h2
TEXT
cat > find.cjs <<'JS'
const fs = require("fs");
const { wire } = require("bns");

const lines = fs.readFileSync("lines", "ascii").trim().split("\n");
for (const line of lines) {
  try {
    const [record] = wire.fromZone(`$ORIGIN example.org.\n@ 3600 IN ${line}\n`, "example.org.");
    console.log(`bns: ${record.toString().split(" ")[3]}`);
  } catch (error) {
    console.log(`bns: ${error.message.split("(function")[0].trim()}`);
  }
}
const record = new wire.Record();
record.name = "example.org.";
record.type = wire.types.URI;
record.data = Object.assign(new wire.URIRecord(), { priority: 10, weight: 1, target: "https://example.org/a" });
console.log(`bns writes: ${record.toString()}`);
JS
cat > find.py <<'PY'
import dns.rdata

for line in open("lines").read().splitlines():
    kind, rest = line.split(" ", 1)
    print("dnspython:", kind, dns.rdata.from_text("IN", kind, rest).rdtype.name)
PY
# Its cryptography is written in C and, for this setting, in JavaScript.
{ NODE_BACKEND=js timeout 60 node find.cjs; timeout 60 venv/bin/python find.py; } | tee seen
cat > expected <<'TEXT'
bns: TXT
bns: CAA
bns: TLSA
bns: unexpected token: "\"" (quote) at line: 1:20
bns: Invalid integer.
bns: unknown RR type: "HTTPS" (string) at line: 1:16.
bns: unknown RR type: "SVCB" (string) at line: 1:15.
bns writes: example.org. 0 IN URI 10 1 https://example.org/a
dnspython: TXT TXT
dnspython: CAA CAA
dnspython: TLSA TLSA
dnspython: URI URI
dnspython: CERT CERT
dnspython: HTTPS HTTPS
dnspython: SVCB SVCB
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
