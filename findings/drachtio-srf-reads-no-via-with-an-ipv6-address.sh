#!/bin/bash
# drachtio-srf: of a Via with an IPv6 address "[2001" is left, without branch, and the Vias behind it are gone; a port that is not there is NaN.
#
# Versions: drachtio-srf 5.0.29, sip.js 0.21.2 to compare with (npm), Node.js.
# Expected: RFC 3261, section 25.1: sent-by is a host, which may be an IPv6reference in brackets, and a port; section 7.3.1: a header may be
#   folded, and the line break with the blanks behind it counts as one blank; several values may stand in one header.
# Seen: getParsedHeader("via") of "SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2" has one Via, with
#   the host "[2001", no port and no branch. With IPv4 both are there. A folded Subject has the line break in it. parseUri() of a URI
#   without a port gives NaN, which JSON makes null of. sip.js reads the Via.
# Why it matters: the branch says which transaction an answer belongs to, and the host where it came from: behind a proxy with IPv6 neither
#   can be looked at.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts drachtio-srf@5.0.29 sip.js@0.21.2 >npm.log 2>&1

cat > find.js <<'JS'
const Message = require("drachtio-srf/lib/sip-parser/message");
const { parseUri } = require("drachtio-srf/lib/sip-parser/parser");
const { Parser } = require("sip.js/lib/core/messages/parser");

const logger = { error() {}, warn() {}, log() {}, debug() {} };
for (const host of ["192.0.2.7", "[2001:db8::1]"]) {
  const text = [
    "OPTIONS sip:jo@example.org SIP/2.0",
    `Via: SIP/2.0/TLS ${host}:5061;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2`,
    "To: <sip:jo@example.org>", "From: <sip:a@example.org>;tag=1", "Call-ID: x", "CSeq: 1 OPTIONS", "Max-Forwards: 70",
    "Subject: one", "  two", "Content-Length: 0", "", "",
  ].join("\r\n");
  const message = new Message(text);
  console.log(host, "drachtio-srf:", JSON.stringify(message.getParsedHeader("via").map(({ host, port, params }) => [host, port, params.branch])));
  console.log(host, "subject:", JSON.stringify(message.get("Subject")));
  // sip.js wants each Via in a header of its own.
  const other = Parser.parseMessage(text.replace("1, SIP", "1\r\nVia: SIP"), logger);
  console.log(host, "sip.js:", JSON.stringify([other.via.host, other.via.port, other.via.branch]));
}
console.log("port of sip:jo@example.org:", parseUri("sip:jo@example.org").port);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
192.0.2.7 drachtio-srf: [["192.0.2.7",5061,"z9hG4bK1"],["192.0.2.1",null,"z9hG4bK2"]]
192.0.2.7 subject: "one\r\n  two"
192.0.2.7 sip.js: ["192.0.2.7",5061,"z9hG4bK1"]
[2001:db8::1] drachtio-srf: [["[2001",null,null]]
[2001:db8::1] subject: "one\r\n  two"
[2001:db8::1] sip.js: ["[2001:db8::1]",5061,"z9hG4bK1"]
port of sip:jo@example.org: NaN
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
