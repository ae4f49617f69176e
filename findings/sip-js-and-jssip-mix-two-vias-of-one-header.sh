#!/bin/bash
# sip.js and jssip: of two Vias in one header they make one, with the host and the branch of the second and the port of the first.
#
# Versions: sip.js 0.21.2, jssip 3.13.8, drachtio-srf 5.0.29 to compare with (npm), Node.js.
# Expected: RFC 3261, section 7.3.1: headers of which there may be several, such as Via, can also stand in one header with commas between
#   them, and both forms are equal; section 25.1 has the grammar. Section 18.1.2 and 17.1.3: the topmost Via, which is the first, says where
#   an answer belongs.
# Seen: "Via: SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2" is read as the host 192.0.2.1, the port
#   5061 and the branch z9hG4bK2, which nobody has sent. In two headers the same is read as 192.0.2.7, 5061 and z9hG4bK1. drachtio-srf has
#   both, either way.
# Why it matters: proxies may put them together, and some do, to save octets; then an answer matches no request, and the caller waits.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts sip.js@0.21.2 jssip@3.13.8 drachtio-srf@5.0.29 >npm.log 2>&1

cat > find.js <<'JS'
const Message = require("drachtio-srf/lib/sip-parser/message");
const jssip = require("jssip/lib/Parser");
const { Parser } = require("sip.js/lib/core/messages/parser");

const logger = { error() {}, warn() {}, log() {}, debug() {} };
for (const between of ["\r\nVia: ", ", "]) {
  const text = [
    "OPTIONS sip:jo@example.org SIP/2.0",
    `Via: SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK1${between}SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2`,
    "To: <sip:jo@example.org>", "From: <sip:a@example.org>;tag=1", "Call-ID: x", "CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "",
  ].join("\r\n");
  console.log(between === ", " ? "one header" : "two headers");
  const show = (name, { host, port, branch }) => console.log(`  ${name}: ${host} ${port} ${branch}`);
  show("sip.js", Parser.parseMessage(text, logger).via);
  const other = jssip.parseMessage(text, { configuration: {} });
  show("jssip", { host: other.via.host, port: other.via.port, branch: other.via_branch });
  const [{ host, port, params }] = new Message(text).getParsedHeader("via");
  show("drachtio-srf", { host, port, branch: params.branch });
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
two headers
  sip.js: 192.0.2.7 5061 z9hG4bK1
  jssip: 192.0.2.7 5061 z9hG4bK1
  drachtio-srf: 192.0.2.7 5061 z9hG4bK1
one header
  sip.js: 192.0.2.1 5061 z9hG4bK2
  jssip: 192.0.2.1 5061 z9hG4bK2
  drachtio-srf: 192.0.2.7 5061 z9hG4bK1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
