#!/bin/bash
# x12-parser: if the first read of a stream is shorter than 106 letters, a whole interchange is one segment, and line breaks add one without
#   a name.
#
# Versions: x12-parser 1.3.0 (npm), Node.js.
# Expected: ASC X12.5: the ISA segment has 106 letters, and its last ones name the delimiters: the terminator is the 106th. By its
#   documentation it is a Transform stream, into which any read stream may be piped; where a read ends says nothing over TCP and TLS.
# Seen: the interchange in one piece has seven segments. With a first piece of 50 letters, or of 105, there is one, ISA with 41 elements,
#   and no error. With line breaks behind each terminator, as most files have them, an eighth segment with an empty name follows.
# Why it matters: claims and invoices by AS2, HTTPS or FTPS arrive in pieces of any length: now and then a file with hundreds of them is
#   read as an envelope without contents, and counted as done.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts x12-parser@1.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { X12parser } from "x12-parser";

const pad = (text) => text.padEnd(15);
const ISA = `ISA*00*${" ".repeat(10)}*00*${" ".repeat(10)}*ZZ*${pad("SENDER")}*ZZ*${pad("RECEIVER")}*261130*1200*^*00501*000000001*0*P*:`;
const REST = ["GS*HC*S*R*20261130*1200*1*X*005010X222A1", "ST*837*0001", "NM1*41*2*ACME*****46*1", "SE*3*0001", "GE*1*1", "IEA*1*000000001"];
const SEGMENTS = [ISA, ...REST];
const file = (end) => SEGMENTS.map((segment) => segment + end).join("");
const cut = (text, length) => [text.slice(0, length), text.slice(length)];
console.log(`ISA with its terminator: ${ISA.length + 1} letters`);
for (const [name, pieces] of [
  ["in one piece", [file("~")]],
  ["first piece of 106 letters", cut(file("~"), 106)],
  ["first piece of 50 letters", cut(file("~"), 50)],
  ["first piece of 105 letters", cut(file("~"), 105)],
  ["with line breaks", [file("~\r\n")]],
]) {
  const parser = new X12parser();
  const seen = [];
  parser.on("data", (segment) => seen.push(`${segment.name || "(no name)"} of ${Object.keys(segment).length - 1}`));
  parser.on("error", (error) => seen.push(error.message));
  for (const piece of pieces) parser.write(piece);
  parser.end();
  await new Promise((resolve) => parser.once("end", resolve));
  console.log(`${name}: ${seen.join(", ")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
ISA with its terminator: 106 letters
in one piece: ISA of 16, GS of 8, ST of 2, NM1 of 9, SE of 2, GE of 2, IEA of 2
first piece of 106 letters: ISA of 16, GS of 8, ST of 2, NM1 of 9, SE of 2, GE of 2, IEA of 2
first piece of 50 letters: ISA of 41
first piece of 105 letters: ISA of 41
with line breaks: ISA of 16, GS of 8, ST of 2, NM1 of 9, SE of 2, GE of 2, IEA of 2, (no name) of 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
