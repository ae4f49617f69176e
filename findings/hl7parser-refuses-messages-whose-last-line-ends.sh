#!/bin/bash
# hl7parser: refuses each message whose last segment is terminated, as the standard wants it.
#
# Versions: hl7parser 1.0.1, hl7 1.1.1 (npm), Node.js.
# Expected: HL7 v2.5.1, section 2.5.4: the carriage return is the terminator of a segment, not a separator between two; section 2.6: whoever
#   makes a message ends each segment with it, the last one included. So all senders do.
# Seen: create() raises "Segment must have a name." for a message with a carriage return at its end, and reads the same message without it.
#   hl7 reads both.
# Why it matters: what comes out of an MLLP frame, a file or a queue ends in a carriage return, and cannot be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hl7parser@1.0.1 hl7@1.1.1 >npm.log 2>&1

cat > find.js <<'JS'
const hl7 = require("hl7");
const hl7parser = require("hl7parser");

const attempt = (read) => {
  try {
    return read();
  } catch (error) {
    return error.message;
  }
};
const message = "MSH|^~\\&|A|B|C|D|20240304||ADT^A04|1|P|2.5\rPID|1||4711||Doe^Jo";
const seen = [message, message + "\r"].map((text) => [
  attempt(() => hl7parser.create(text).children.map((segment) => segment._segmentName).join()),
  attempt(() => hl7.parseString(text).map((segment) => segment[0]).join()),
]);
console.log("hl7parser and hl7, without the last terminator:", seen[0]);
console.log("hl7parser and hl7, as the standard has it:", seen[1]);
const expected = [["MSH,PID", "MSH,PID"], ["Segment must have a name.", "MSH,PID"]];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
