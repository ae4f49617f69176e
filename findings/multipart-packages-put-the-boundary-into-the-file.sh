#!/bin/bash
# aws-multipart-parser, aws-lambda-multipart-parser, multipart-formdata: of an upload by .NET the file ends in a boundary, or is missing.
#
# Versions: aws-multipart-parser 0.2.1, aws-lambda-multipart-parser 0.1.3, multipart-formdata 1.1.0, lambda-multipart-parser 1.0.1 (npm),
#   Node.js.
# Expected: RFC 2046, section 5.1.1: the boundary may stand in quotes, which are no part of it; RFC 2045, section 5.1: further parameters
#   may follow, and names of parameters and values that are tokens need no quotes. .NET's HttpClient writes boundary="..." and name=note.
# Seen: with boundary="b" or boundary=b; charset=utf-8 both AWS packages lose the field "note" and give a file whose content has "\r\n--b"
#   at its end; multipart-formdata gives no part at all. With name=note instead of name="note" the AWS packages give nothing.
#   lambda-multipart-parser and Node.js itself read the same octets with quotes and without.
# Why it matters: the files are stored with forty octets too many, and nobody gets an error; archives and signed documents are broken then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts aws-multipart-parser@0.2.1 aws-lambda-multipart-parser@0.1.3 \
    multipart-formdata@1.1.0 lambda-multipart-parser@1.0.1 >npm.log 2>&1

cat > find.js <<'JS'
const aws = require("aws-multipart-parser");
const awsLambda = require("aws-lambda-multipart-parser");
const formdata = require("multipart-formdata");
const lambda = require("lambda-multipart-parser");

const body = (quote) => Buffer.from([
  "--b", `Content-Disposition: form-data; name=${quote}note${quote}`, "", "hello",
  "--b", `Content-Disposition: form-data; name=${quote}file${quote}; filename=${quote}x.txt${quote}`, "Content-Type: text/plain", "", "one\ntwo",
  "--b--", "",
].join("\r\n"));
const event = (type, octets) => ({ headers: { "Content-Type": type, "content-type": type }, body: octets.toString("base64"), isBase64Encoded: true });
const content = (result) => [result.note ?? null, result.file ? String(result.file.content) : null];
const readers = {
  "aws-multipart-parser": (type, octets) => content(aws.parse(event(type, octets), true)),
  "aws-lambda-multipart-parser": (type, octets) => content(awsLambda.parse({ ...event(type, octets), body: octets.toString() }, true)),
  "multipart-formdata": (type, octets) => {
    const parts = formdata.parse(octets, formdata.getBoundary(type));
    const part = (name) => parts.find((found) => found.name === name);
    return [part("note")?.field ?? null, part("file") ? String(part("file").data) : null];
  },
  "lambda-multipart-parser": async (type, octets) => {
    const result = await lambda.parse(event(type, octets));
    return [result.note, String(result.files[0].content)];
  },
};
const cases = {
  "a browser": ["multipart/form-data; boundary=b", body('"')],
  "quotes": ['multipart/form-data; boundary="b"', body('"')],
  "charset": ["multipart/form-data; boundary=b; charset=utf-8", body('"')],
  ".NET": ['multipart/form-data; boundary="b"', body("")],
};
(async () => {
  const seen = {};
  for (const name in readers) {
    seen[name] = [];
    for (const what in cases) seen[name].push(await readers[name](...cases[what]));
    console.log(`${name}: ${JSON.stringify(seen[name])}`);
  }
  const node = await new Response(cases.quotes[1], { headers: { "content-type": cases.quotes[0] } }).formData();
  console.log("Node.js:", node.get("note"), JSON.stringify(await node.get("file").text()));
  const right = ["hello", "one\ntwo"];
  const wrong = [null, "one\ntwo\r\n--b"];
  const none = [null, null];
  const expected = [
    [right, wrong, wrong, none],
    [right, wrong, wrong, none],
    [right, none, none, none],
    [right, right, right, right],
  ];
  process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
})();
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
