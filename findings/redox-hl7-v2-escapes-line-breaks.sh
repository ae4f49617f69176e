#!/bin/bash
# redox-hl7-v2: a line break in an HL7 text is no line break after reading and writing, and the path \\server\F\scan.pdf comes back with a bar in it.
#
# Versions: @redoxengine/redox-hl7-v2 1.0.1, @krautsalad/redox-hl7-v2 1.0.4 (npm), Node.js.
# Expected: HL7 2.x, chapter 2, "Use of escape sequences in text fields": \F\ is the field separator, \E\ the escape character itself, \.br\ a line
#   break, \H\ begins and \N\ ends highlighting. A text with a backslash has \E\ in its place.
# Seen: the parser leaves \.br\ and \H\ as they are, where a backslash that was \E\ is the same afterwards; the generator then escapes each backslash,
#   and \.br\ becomes \E\.br\E\, five letters that readers show. Parsing replaces \E\ last: of \E\\E\server\E\F\E\scan.pdf, which the generator writes
#   for the path, it takes the \F\ in the middle for a separator.
# Why it matters: reports come over MLLP, with TLS between sites. What goes through loses its lines, and what points to a document points to
#   another place.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @redoxengine/redox-hl7-v2@1.0.1 @krautsalad/redox-hl7-v2@1.0.4 >npm.log 2>&1

cat > find.js <<'JS'
const head = ["MSH|^~\\&|A|B|C|D|20260101120000||ORU^R01|1|P|2.3", "PID|1||123", "OBR|1|||X^Y"];

function find(value, name) {
  if (value === null || typeof value !== "object") return undefined;
  return name in value ? value[name] : Object.values(value).map((inner) => find(inner, name)).find((found) => found !== undefined);
}

for (const name of ["@redoxengine/redox-hl7-v2", "@krautsalad/redox-hl7-v2"]) {
  const { Generator, Parser } = require(name);
  const text = "First line\\.br\\second line, \\H\\high\\N\\";
  const parsed = new Parser().parse([...head, `OBX|1|ST|A^B||${text}`].join("\r"));
  console.log(`${name}: came as ${text}, goes as ${new Generator().write(parsed).match(/First[^|]*/)[0]}`);

  const path = "\\\\server\\F\\scan.pdf";
  find(parsed, "OBX")[5] = [path];
  const written = new Generator().write(parsed);
  console.log(`  ${path}: written as ${written.match(/OBX\|[^\r]*/)[0].split("|")[5]}, read as ${find(new Parser().parse(written), "OBX")[5]}`);
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
@redoxengine/redox-hl7-v2: came as First line\.br\second line, \H\high\N\, goes as First line\E\.br\E\second line, \E\H\E\high\E\N\E\
  \\server\F\scan.pdf: written as \E\\E\server\E\F\E\scan.pdf, read as \\server\E|E\scan.pdf
@krautsalad/redox-hl7-v2: came as First line\.br\second line, \H\high\N\, goes as First line\E\.br\E\second line, \E\H\E\high\E\N\E\
  \\server\F\scan.pdf: written as \E\\E\server\E\F\E\scan.pdf, read as \\server\E|E\scan.pdf
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
