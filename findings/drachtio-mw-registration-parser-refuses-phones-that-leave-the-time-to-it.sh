#!/bin/bash
# drachtio-mw-registration-parser: who does not say for how long, or only asks, gets 400, and of two contacts the first one's time counts.
#
# Versions: drachtio-mw-registration-parser 0.1.2 with drachtio-srf 5.0.29 (npm), Node.js.
# Expected: RFC 3261, section 10.2.1.1: a client may leave the time to the registrar; section 10.3, step 7: then a locally configured
#   default is to be taken, for each contact by itself. Section 10.2.3: a REGISTER without Contact asks for what is registered, and is
#   answered with 200.
# Seen: Contact without expires and no Expires: 400 without a reason. No Contact: 400, "Contact header is required for REGISTER requests".
#   Of the contacts <sip:jo@192.0.2.1>;expires=0, <sip:jo@192.0.2.2>;expires=60, as a phone with a new address sends them, the whole request
#   is "unregister", with 0.
# Why it matters: a phone that changes its network cannot be called any more, since the program takes both addresses away; others never
#   register.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts drachtio-mw-registration-parser@0.1.2 drachtio-srf@5.0.29 >npm.log 2>&1

cat > find.js <<'JS'
const parse = require("drachtio-mw-registration-parser");
const Message = require("drachtio-srf/lib/sip-parser/message");

const REQUESTS = {
  "with a time": ["Contact: <sip:jo@192.0.2.1>", "Expires: 60"],
  "without": ["Contact: <sip:jo@192.0.2.1>"],
  "a question": ["Expires: 60"],
  "moved": ["Contact: <sip:jo@192.0.2.1>;expires=0, <sip:jo@192.0.2.2>;expires=60"],
  "moved, the other way round": ["Contact: <sip:jo@192.0.2.2>;expires=60, <sip:jo@192.0.2.1>;expires=0"],
};
for (const what in REQUESTS) {
  const lines = ["REGISTER sip:example.org SIP/2.0", "Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1", "To: <sip:jo@example.org>", "From: <sip:jo@example.org>;tag=1",
    "Call-ID: x", "CSeq: 1 REGISTER", ...REQUESTS[what], "Content-Length: 0", "", ""];
  const request = new Message(lines.join("\r\n"));
  const response = { send: (status, options) => console.log(`${what}: answers ${status} ${JSON.stringify(options?.headers ?? {})}`) };
  parse(request, response, () => console.log(`${what}: ${request.registration.type}, ${request.registration.expires} s`));
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
with a time: register, 60 s
without: answers 400 {}
a question: answers 400 {"X-Reason":"Contact header is required for REGISTER requests"}
moved: unregister, 0 s
moved, the other way round: register, 60 s
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
