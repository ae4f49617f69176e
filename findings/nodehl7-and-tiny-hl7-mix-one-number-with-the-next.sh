#!/bin/bash
# nodehl7, tiny-hl7: a patient with two numbers has one, made of both; and a backslash in front of an S, T or F is taken for an escape sequence.
#
# Versions: nodehl7 2.0.0, tiny-hl7 1.0.7, hl7 1.1.1, node-hl7-client 3.2.0 (npm), Node.js.
# Expected: HL7 v2.5.1, section 2.5.5 and 2.5.3: MSH-2 says which character separates repetitions ("~"), and these separate whole fields:
#   "1^^^A~2^^^B" in PID-3 are two identifiers, 1 of A and 2 of B. Section 2.7.1: \E\ is the escape character, so "C:\E\T\E\log" is
#   "C:\T\log".
# Seen: both split PID-3 at "^" alone: components "1", "", "", "A~2", "", "", "B". nodehl7 knows that "~" repeats (it reports it among the
#   delimiters), and does not use it. "C:\E\T\E\log" becomes "C:&log" with nodehl7 and "C:\E&E\log" with tiny-hl7. hl7 separates both
#   identifiers, node-hl7-client decodes the text.
# Why it matters: PID-3 has several identifiers in about every message of a hospital. The second number is lost, the issuer of the first is
#   "A~2", and seven components come out where the standard has four.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts nodehl7@2.0.0 tiny-hl7@1.0.7 hl7@1.1.1 node-hl7-client@3.2.0 >npm.log 2>&1

cat > find.js <<'JS'
const NodeHL7 = require("nodehl7");
const tiny = require("tiny-hl7");
const hl7 = require("hl7");
const { Message } = require("node-hl7-client");

const text = "MSH|^~\\&|A|B|C|D|20240304||ORU^R01|1|P|2.5\rPID|1||1^^^A~2^^^B||Doe^Jo\rOBX|1|TX|a||C:\\E\\T\\E\\log\r";
(async () => {
  const message = await new NodeHL7().parse(text, "1");
  const [, pid, obx] = (tiny.default || tiny).parse(text);
  const seen = {
    "nodehl7 PID-3": message.get("PID").parts[2],
    "tiny-hl7 PID-3": Object.keys(pid).filter((key) => key.startsWith("PID.3.")).map((key) => pid[key]),
    "hl7 PID-3": hl7.parseString(text)[1][3],
    "nodehl7 OBX-5": message.get("OBX").parts[4],
    "tiny-hl7 OBX-5": obx["OBX.5"],
    "node-hl7-client OBX-5": new Message({ text }).get("OBX.5").toString(),
  };
  for (const key in seen) console.log(`${key}: ${JSON.stringify(seen[key])}`);
  const mixed = ["1", "", "", "A~2", "", "", "B"];
  const expected = [mixed, mixed, [["1", "", "", "A"], ["2", "", "", "B"]], "C:&log", "C:\\E&E\\log", "C:\\T\\log"];
  process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
