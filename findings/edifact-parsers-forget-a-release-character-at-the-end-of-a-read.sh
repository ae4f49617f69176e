#!/bin/bash
# edifact and ts-edifact: where a piece of a message ends behind its "?", the next letter splits the text, and a UNA in two pieces is an
#   error.
#
# Versions: edifact 1.2.12, ts-edifact 0.0.14 with htmlparser2 7.2.0 (npm), Node.js.
# Expected: ISO 9735, section 5.1: "?" in front of a separator makes it a letter of the text. Their documentation: a streaming parser, with
#   write() and end(): where a piece ends says nothing, over TLS least of all.
# Seen: "A?+B?:C??:D" written at once is the components "A+B:C?" and "D". In pieces that end behind one of the question marks it is "A" and
#   then another element "B:C?", or three components, or one, in both. With "UNA:" and "+.? '" in two pieces: an error. Without htmlparser2,
#   which it does not install, ts-edifact does not load: "Cannot find module 'htmlparser2'".
# Why it matters: prices and names move to other fields of an order, once in some thousand messages, by where a record of TLS ended.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts edifact@1.2.12 ts-edifact@0.0.14 >npm.log 2>&1
{ timeout 60 node -e 'require("ts-edifact")' 2>&1 | grep -o "^Error: Cannot find module '[a-z0-9]*'" || echo "loads as installed"; } > seen
npm install --silent --no-audit --no-fund --ignore-scripts htmlparser2@7.2.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const edifact = require("edifact");
const { Configuration, NullValidator, Parser } = require("ts-edifact");

const read = (kind, pieces) => {
  const seen = [];
  const handlers = [(name) => seen.push([name]), () => seen.at(-1).push([]), (value) => seen.at(-1).at(-1).push(value)];
  let parser;
  if (kind === "edifact") {
    parser = new edifact.Parser();
    [parser.onopensegment, parser.onelement, parser.oncomponent] = handlers;
  } else {
    parser = new Parser(new Configuration({ validator: new NullValidator() }));
    [parser.onOpenSegment, parser.onElement, parser.onComponent] = handlers;
  }
  try {
    for (const piece of pieces) parser.write(piece);
    parser.end();
  } catch (error) {
    return error.message;
  }
  return JSON.stringify(seen.find(([name]) => name === "FTX")?.slice(4));
};
const text = "UNB+UNOA:1+S:1+R:1+261130:1200+1'UNH+1+ORDERS:D:96A:UN'FTX+AAI+++A?+B?:C??:D'UNT+3+1'UNZ+1+1'";
for (const kind of ["edifact", "ts-edifact"]) {
  console.log(`${kind}, at once: ${read(kind, [text])}`);
  for (const head of ["A?", "A?+B?", "A?+B?:C?"]) {
    const cut = text.indexOf(head) + head.length;
    console.log(`  behind ${head}: ${read(kind, [text.slice(0, cut), text.slice(cut)])}`);
  }
  console.log(`  UNA at once: ${read(kind, [`UNA:+.? '${text}`])}`);
  console.log(`  UNA in two pieces: ${read(kind, ["UNA:", `+.? '${text}`])}`);
}
JS
timeout 60 node find.cjs >> seen
cat seen
cat > expected <<'TEXT'
Error: Cannot find module 'htmlparser2'
edifact, at once: [["A+B:C?","D"]]
  behind A?: [["A"],["B:C?","D"]]
  behind A?+B?: [["A+B","C?","D"]]
  behind A?+B?:C?: [["A+B:C:D"]]
  UNA at once: [["A+B:C?","D"]]
  UNA in two pieces: Invalid character : after reading segment name UNA
ts-edifact, at once: [["A+B:C?","D"]]
  behind A?: [["A"],["B:C?","D"]]
  behind A?+B?: [["A+B","C?","D"]]
  behind A?+B?:C?: [["A+B:C:D"]]
  UNA at once: [["A+B:C?","D"]]
  UNA in two pieces: Invalid character ':' after reading segment name UNA
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
