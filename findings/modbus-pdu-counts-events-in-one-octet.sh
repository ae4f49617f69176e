#!/bin/bash
# modbus-pdu: the event counter of a device is read from the wrong octet, and written in one octet, so that 264 events become 8.
#
# Versions: modbus-pdu 1.14.1 (npm), Node.js.
# Expected: MODBUS Application Protocol V1.1b3, section 6.9 (Get Comm Event Counter, function code 0B): the answer has a status word of two
#   octets, 0000 or FFFF, and an event count of two octets. Its example is 0B FFFF 0108: still busy, 264 events.
# Seen: the example is read as status 255 and 255 events, and built as 0B FF 08, of three octets instead of five. The answer of the next
#   function, Get Comm Event Log, where the same two words come first, is read as the specification says: 264.
# Why it matters: the counter is what a master looks at to find out whether its command has been carried out; here it never changes, as the
#   second octet of the status word is shown. A device built with it sends an answer that is two octets short, and the connection is out of
#   step.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts modbus-pdu@1.14.1 >npm.log 2>&1

cat > find.js <<'JS'
const Modbus = require("modbus-pdu");

const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");
for (const answer of ["0b ffff 0108", "0b 0000 0108", "0b 0000 0002", "0c 08 0000 0108 0121 2000"]) {
  const { code, status, event_count } = Modbus.Response(hex(answer));
  console.log(`${answer}: ${code}, status ${status}, ${event_count} events`);
}
console.log("built:", Modbus.GetCommEventCounter.Response.build(0xffff, 0x0108).toString("hex"));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
0b ffff 0108: GetCommEventCounter, status 255, 255 events
0b 0000 0108: GetCommEventCounter, status 0, 0 events
0b 0000 0002: GetCommEventCounter, status 0, 0 events
0c 08 0000 0108 0121 2000: GetCommEventLog, status 0, 264 events
built: 0bff08
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
