#!/bin/bash
# ts-hl7: writes messages with line feeds between segments, which others take for one segment; and hands out texts with their escapes.
#
# Versions: ts-hl7 1.0.0, hl7parser 1.0.1, tiny-hl7 1.0.7 (npm), Node.js.
# Expected: HL7 v2.5.1, section 2.5.4: "the segment terminator is always a carriage return (in ASCII, a hex 0D)"; section 2.7.1: "\T\"
#   stands for "&".
# Seen: toString() of a message that came with carriage returns, or was made of its arrays, has a line feed in each's place and none at the
#   end. hl7parser finds one segment in it, MSH, with the patient inside; in the original it finds two. get("PID-5.1") of "M\T\S" gives
#   "M\T\S".
# Why it matters: what a receiver answers to such a message is an error, or worse, an acknowledgement for a message of which it saw the
#   header only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ts-hl7@1.0.0 hl7parser@1.0.1 tiny-hl7@1.0.7 >npm.log 2>&1

cat > find.js <<'JS'
const Message = require("ts-hl7").default;
const hl7parser = require("hl7parser");
const tiny = require("tiny-hl7");

const names = (text) => hl7parser.create(text).children.map((segment) => segment._segmentName).join();
const text = "MSH|^~\\&|A|B|C|D|20240304||ADT^A04|1|P|2.5\rPID|1||4711||M\\T\\S^Jo";
const message = new Message(text);
const seen = {
  "written": message.toString(),
  "written of its arrays": new Message(message.raw()).toString(),
  "segments of the original": names(text),
  "segments of what is written": names(message.toString()),
  "PID-5.1 here": message.get("PID-5.1"),
  "PID-5.1 with tiny-hl7": (tiny.default || tiny).parse(text)[1]["PID.5.1"],
};
for (const key in seen) console.log(`${key}: ${JSON.stringify(seen[key])}`);
const written = text.replace("\r", "\n");
const expected = [written, written, "MSH,PID", "MSH", "M\\T\\S", "M&S"];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
