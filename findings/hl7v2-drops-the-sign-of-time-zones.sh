#!/bin/bash
# hl7v2: a message that is read and passed on has time zones without their minus, and dates with a month and day that nobody gave.
#
# Versions: hl7v2 1.8.0 (npm), Node.js.
# Expected: HL7 v2.5.1, section 2.A.22 (DTM): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]; the precision is that of what is given, so
#   "1950" is a year without month and day. Section 2.7.6: \.br\ in a text is a line break. Its documentation: toHL7String() serializes the
#   message.
# Seen: HL7Message.parse() followed by toHL7String() makes "20240304050607-0530" to "202403040506070530" (eighteen digits; minus gone), and
#   of "202403040506-0530" the digits "202403040506000530". Zones with a plus are kept. "1950" becomes "19500101", "195003" becomes
#   "19500301". A line break "\.br\" in OBX-5 becomes "\E\.br\E\", the four characters themselves. A field without any of these is passed on
#   as it was.
# Why it matters: routers between hospitals read and pass on. All of the Americas is behind Greenwich: their times can no longer be read, or
#   are read as something else; a patient of whom the year of birth is known gets a birthday.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hl7v2@1.8.0 hl7v2-dictionary@1.8.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { HL7Message } from "hl7v2";

// Each: what MSH-7 and PID-7 hold, what is expected to be made of it (undefined: the same).
const times = {
  "20240304050607": "20240304050607",
  "20240304050607.1234": "20240304050607.1234",
  "20240304050607+0100": "20240304050607+0100",
  "20240304050607-0530": "202403040506070530",
  "202403040506-0530": "202403040506000530",
  "1950": "19500101",
  "195003": "19500301",
};
let same = true;
for (const [time, expected] of Object.entries(times)) {
  const message = `MSH|^~\\&|A|B|C|D|${time}||ADT^A04|1|P|2.5\rPID|1||1||Doe^Jo||${time}\r`;
  const written = HL7Message.parse(message).toHL7String();
  const [header, patient] = written.split("\r").map((line) => line.split("|"));
  console.log(`${time}: MSH-7 ${header[6]}, PID-7 ${patient[7]}`);
  same &&= header[6] === expected && patient[7] === expected;
}
const text = "MSH|^~\\&|A|B|C|D|20240304||ORU^R01|1|P|2.5\rOBX|1|TX|a||one\\.br\\two \\T\\ three\r";
const line = HL7Message.parse(text).toHL7String().split("\r")[1];
console.log(`${text.split("\r")[1]}: ${line}`);
same &&= line === "OBX|1|TX|a||one\\E\\.br\\E\\two \\T\\ three";
process.exit(same ? 0 : 1);
JS
TZ=UTC node find.mjs || { echo "CHANGED: see above"; exit 1; }
