#!/bin/bash
# winston-logfmt: the third level of an object loses the name of the first, so that two values have one name, and quotation marks and "=" in a value
#   are written as they are.
#
# Versions: winston-logfmt 1.0.0, winston 3.17.0 and, to read it, logfmt 1.4.0 (npm), Node.js.
# Expected: logfmt, as the package logfmt and github.com/go-logfmt write it: a value with a blank, "=" or a quotation mark stands in quotation marks,
#   with \" for the latter. The package joins the names of nested objects with "_": { a: { b: 1 } } is a_b=1.
# Seen: { request: { user: { id: 1 } }, response: { user: { id: 2 } } } is "user_id=1 user_id=2"; read again it is 2. { note: 'a"b' } is note=a"b and
#   { note: '"x"' } is note="x", which is read as x; empty texts are left out.
# Why it matters: searches for request_user_id find nothing, and with two objects of one form the values of the last one win.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts winston-logfmt@1.0.0 winston@3.17.0 logfmt@1.4.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { Writable } = require("node:stream");
const logfmt = require("logfmt");
const winston = require("winston");
const { createLogger } = require("winston-logfmt");

let line = "";
const stream = new Writable({ write: (chunk, _, done) => ((line += chunk), done()) });
const logger = createLogger({ transports: [new winston.transports.Stream({ stream })] });
for (const data of [{ a: { b: 1 } }, { request: { user: { id: 1 } }, response: { user: { id: 2 } } }, { note: '"x"' }, { note: 'a"b' }, { note: "a b" }]) {
  line = "";
  logger.info("hi", data);
  const text = line.trim().split(" ").filter((part) => !/^(level|message)=/.test(part)).join(" ");
  console.log(`${JSON.stringify(data)}: ${text}; read: ${JSON.stringify(logfmt.parse(text))}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
{"a":{"b":1}}: a_b=1; read: {"a_b":"1"}
{"request":{"user":{"id":1}},"response":{"user":{"id":2}}}: user_id=1 user_id=2; read: {"user_id":"2"}
{"note":"\"x\""}: note="x"; read: {"note":"x"}
{"note":"a\"b"}: note=a"b; read: {"note":"ab"}
{"note":"a b"}: note="a b"; read: {"note":"a b"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
