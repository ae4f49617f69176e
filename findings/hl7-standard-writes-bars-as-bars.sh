#!/bin/bash
# hl7-standard: a "|" or "^" in a text makes fields and components of it, \T\ is handed out as it stands, and of two patient numbers get() finds one.
#
# Versions: hl7-standard 1.0.4 (npm), Node.js.
# Expected: HL7 2.5.1, chapter 2.7: the separators are written as \F\, \S\, \T\ and \R\ within texts; chapter 2.5.4: a segment ends with a
#   carriage return, and nothing else; chapter 2.5.3: fields may repeat. Its documentation: to transform, manipulate and create HL7
#   messages, with get() and set().
# Seen: set("NTE.3", "CRP > 5 | see A^B") is written as it is, so that " see A" and "B" are another field, NTE-4. "Sons \T\ Daughters" is
#   handed out with the escape. Of PID-3 with two repetitions get("PID.3") gives the first, and nothing says that there is another, though
#   build() has both. Each segment gets a field more and ends with CR LF, without being touched.
# Why it matters: remarks of laboratories have bars and ampersands. The second number is the one of the other hospital.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hl7-standard@1.0.4 >npm.log 2>&1

cat > find.js <<'JS'
const HL7 = require("hl7-standard");

const lines = [
  "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5.1",
  "PID|1||123^^^H~456^^^X||Doe^Jo||||||Sons \\T\\ Daughters Rd",
  "NTE|1||text",
  "",
];
const message = new HL7(lines.join("\r"));
message.transform();
console.log("not touched:", JSON.stringify(message.build()));
console.log("PID.3:", JSON.stringify(message.get("PID.3")));
console.log("PID.11:", JSON.stringify(message.get("PID.11")));
message.set("NTE.3", "CRP > 5 | see A^B");
const written = message.build().split("\r\n")[2];
console.log("NTE.3 after set():", written);
const again = new HL7(message.build());
again.transform();
console.log("read by itself:", JSON.stringify([again.get("NTE.3"), again.get("NTE.4")]));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
not touched: "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5.1|\r\nPID|1||123^^^H~456^^^X||Doe^Jo||||||Sons \\T\\ Daughters Rd|\r\nNTE|1||text|"
PID.3: {"PID.3.1":"123","PID.3.2":"","PID.3.3":"","PID.3.4":"H"}
PID.11: "Sons \\T\\ Daughters Rd"
NTE.3 after set(): NTE|1||CRP > 5 | see A^B|
read by itself: ["CRP > 5 ",{"NTE.4.1":" see A","NTE.4.2":"B"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
