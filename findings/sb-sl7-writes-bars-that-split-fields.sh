#!/bin/bash
# @sourceblock-ug/sb-sl7: a "|" in a value is written as "\|", so for others the message has a field more; and \T\, as others write "&", stays as it is.
#
# Versions: @sourceblock-ug/sb-sl7 2.0.18, @redoxengine/redox-hl7-v2 1.0.1 as the other reader (npm), Node.js.
# Expected: HL7 2.x, chapter 2, "Use of escape sequences in text fields": in a value the separators are written as \F\ (field), \S\ (component),
#   \T\ (subcomponent), \R\ (repetition) and \E\ (escape).
# Seen: after set("PID-5.1", "A|B") the message has PID-5 = A\|B, which the package itself reads as it was meant, and the other reader as two
#   fields: B is the mother's maiden name, and the date of birth is in the field for the sex. A "^" becomes "\^", which for the other is two components,
#   and "&" is not escaped at all. "Miller\T\Sons" is what getString() says of a name that is "Miller&Sons".
# Why it matters: messages go over MLLP, with TLS between sites, to systems of others. There a bar in a name puts the data of a patient into other fields.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @sourceblock-ug/sb-sl7@2.0.18 @redoxengine/redox-hl7-v2@1.0.1 >npm.log 2>&1

cat > find.js <<'JS'
const { Message } = require("@sourceblock-ug/sb-sl7/dist/main.js");
const { Parser } = require("@redoxengine/redox-hl7-v2");

function build(name) {
  return ["MSH|^~\\&|A|B|C|D|20260101120000||ADT^A04|1|P|2.3", "EVN|A04", `PID|1||123||${name}||19700101|M`, "PV1|1|O"].join("\r");
}
for (const name of ["Smith", "A|B", "A^B", "A&B"]) {
  const message = new Message(build("Doe"));
  message.set("PID-5.1", name);
  const segment = message.toString().split("\r").find((line) => line.startsWith("PID"));
  const other = new Parser().parse(message.toString()).PID;
  console.log(`${name}: ${segment}; for itself ${message.getString("PID-5.1")}; for the other ${JSON.stringify([other[5], other[6], other[7], other[8]])}`);
}
const foreign = build("Miller\\T\\Sons");
console.log(`read: ${new Message(foreign).getString("PID-5.1")}; by the other: ${JSON.stringify(new Parser().parse(foreign).PID[5])}`);
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
Smith: PID|1||123||Smith||19700101|M; for itself Smith; for the other [[{"1":{"1":"Smith"}}],null,{"1":"19700101"},"M"]
A|B: PID|1||123||A\|B||19700101|M; for itself A|B; for the other [[{"1":{"1":"A\\"}}],[{"1":{"1":"B"}}],null,"19700101"]
A^B: PID|1||123||A\^B||19700101|M; for itself A^B; for the other [[{"1":{"1":"A\\"},"2":"B"}],null,{"1":"19700101"},"M"]
A&B: PID|1||123||A&B||19700101|M; for itself A&B; for the other [[{"1":{"1":"A","2":"B"}}],null,{"1":"19700101"},"M"]
read: Miller\T\Sons; by the other: [{"1":{"1":"Miller&Sons"}}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
