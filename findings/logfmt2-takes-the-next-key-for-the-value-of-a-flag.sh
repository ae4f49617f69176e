#!/bin/bash
# @jclem/logfmt2: in "at=info debug status=200" the value of debug is "status", and there is no status.
#
# Versions: @jclem/logfmt2 2.4.3 and, to compare with, logfmt 1.4.0 (npm), Node.js.
# Expected: "logfmt" by Brandur Leach, which its documentation names, and the logfmt package on which it is "based": a key without a value is a
#   flag. The grammar in the documentation of Go's logfmt packages has "pair = key '=' value | key '=' | key".
# Seen: decode() gives { at: "info", debug: "status" } and nothing else: behind a key without "=" it takes the next word for its value. logfmt gives
#   { at: "info", debug: true, status: "200" }. With "debug=true" both agree.
# Why it matters: the flags are what loggers in Go and Ruby write for "true": the field behind each is lost, and searches for a status or an
#   id leave out just the lines that have a flag in front of it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @jclem/logfmt2@2.4.3 logfmt@1.4.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { decode } from "@jclem/logfmt2";
const logfmt = createRequire(import.meta.url)("logfmt");

for (const line of ["at=info debug=true status=200", "at=info debug status=200", "debug at=info status=200", "at=info status=200 debug"]) {
  console.log(`${line}\n  logfmt2: ${JSON.stringify(decode(line))}\n  logfmt:  ${JSON.stringify(logfmt.parse(line))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
at=info debug=true status=200
  logfmt2: {"at":"info","debug":"true","status":"200"}
  logfmt:  {"at":"info","debug":true,"status":"200"}
at=info debug status=200
  logfmt2: {"at":"info","debug":"status"}
  logfmt:  {"at":"info","debug":true,"status":"200"}
debug at=info status=200
  logfmt2: {"debug":"at","info":"status"}
  logfmt:  {"debug":true,"at":"info","status":"200"}
at=info status=200 debug
  logfmt2: {"at":"info","status":"200"}
  logfmt:  {"at":"info","status":"200","debug":true}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
