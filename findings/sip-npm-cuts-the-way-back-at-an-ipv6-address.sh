#!/bin/bash
# sip (npm): of a Via with an IPv6 address the first number is left, the branch is lost, and so answers match no request; "Contact: *" becomes <*>.
#
# Versions: sip 0.0.6, jssip 3.13.8 for comparison (npm), Node.js.
# Expected: RFC 3261, section 25.1: the sent-by of a Via is a host, which may be an IPv6reference in brackets, and a port; section 17.1.3: a response
#   belongs to the request whose branch its topmost Via has, and sections 8.2.6.2 and 18.2.2: it has the Via of the request, and goes there.
#   Section 10.2.2: "*" in a Contact, by itself, removes all bindings.
# Seen: of "Via: SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK1" parse() has the host "[2001" and nothing else, and the answer that makeResponse() and
#   stringify() make says "Via: SIP/2.0/TLS [2001". JsSIP reads host, port and branch. parseUri() finds nothing in
#   sips:a@[2001:db8::1]. A "Contact: *" that passes through is "Contact: <*>".
# Why it matters: no phone with IPv6 gets an answer that it recognizes, over TLS or otherwise. A phone that signs off through a proxy made
#   with it sends the registrar something malformed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts sip@0.0.6 jssip@3.13.8 >npm.log 2>&1

cat > find.js <<'JS'
const { makeResponse, parse, parseUri, stringify } = require("sip");
const parser = require("jssip/lib/Parser");

function request(sentBy) {
  return [
    "REGISTER sips:example.com SIP/2.0",
    `Via: SIP/2.0/TLS ${sentBy};branch=z9hG4bK1`,
    "To: <sips:a@example.com>",
    "From: <sips:a@example.com>;tag=1",
    "Call-ID: 1",
    "CSeq: 1 REGISTER",
    "Contact: *",
    "Expires: 0",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
const line = (text, name) => text.split("\r\n").find((other) => other.startsWith(name));
for (const sentBy of ["192.0.2.9:5061", "[2001:db8::9]:5061", "[2001:db8::9]"]) {
  const message = parse(request(sentBy));
  const { host, port, params } = message.headers.via[0];
  console.log(`${sentBy}: ${JSON.stringify({ host, port, branch: params.branch })}`);
  console.log(`  the answer's ${line(stringify(makeResponse(message, 200)), "Via")}`);
  const other = parser.parseMessage(request(sentBy).replace("Contact: *\r\n", ""), {}).parseHeader("via", 0);
  console.log(`  JsSIP: ${JSON.stringify({ host: other.host, port: other.port, branch: other.branch })}`);
}
console.log("passed on:", line(stringify(parse(request("192.0.2.9:5061"))), "Contact"));
console.log("sips:a@[2001:db8::1]:", parseUri("sips:a@[2001:db8::1]"));
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
192.0.2.9:5061: {"host":"192.0.2.9","port":5061,"branch":"z9hG4bK1"}
  the answer's Via: SIP/2.0/TLS 192.0.2.9:5061;branch=z9hG4bK1
  JsSIP: {"host":"192.0.2.9","port":5061,"branch":"z9hG4bK1"}
[2001:db8::9]:5061: {"host":"[2001"}
  the answer's Via: SIP/2.0/TLS [2001
  JsSIP: {"host":"[2001:db8::9]","port":5061,"branch":"z9hG4bK1"}
[2001:db8::9]: {"host":"[2001"}
  the answer's Via: SIP/2.0/TLS [2001
  JsSIP: {"host":"[2001:db8::9]","branch":"z9hG4bK1"}
passed on: Contact:  <*>
sips:a@[2001:db8::1]: undefined
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
