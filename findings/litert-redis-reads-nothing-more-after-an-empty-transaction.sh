#!/bin/bash
# @litert/redis: after the answer to a transaction that was given up, or to BLPOP without a result, no answer is read any more; numbers are
# rounded.
#
# Versions: @litert/redis 1.2.2, redis-parser 3.0.0 to compare with (npm), Node.js.
# Expected: Redis, "RESP protocol specification", "Null arrays": *-1 is an array that is not there: the answer to EXEC if a watched key has
#   changed, and to BLPOP when its time is over. Integers have 64 bits, with a sign.
# Seen: the decoder gives the answer in front of *-1, neither that one nor any behind it, also if it is part of an array. redis-parser gives
#   null for it, and all others. :9007199254740993 is read as 9007199254740992, which redis-parser can give as a text.
# Why it matters: WATCH is there for the case that a key has changed. From then on the connection, on TLS as without, has no answers for
#   what is asked on it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @litert/redis@1.2.2 redis-parser@3.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { createDecoder } = require("@litert/redis");
const Parser = require("redis-parser");

const plain = ([type, data]) => (Buffer.isBuffer(data) ? data.toString() : Array.isArray(data) ? data.map(plain) : data);
for (const answers of [
  "+one\r\n$-1\r\n+two\r\n",
  "+one\r\n*-1\r\n+two\r\n+three\r\n",
  "*2\r\n+one\r\n*-1\r\n+two\r\n",
  "+one\r\n:9007199254740993\r\n",
]) {
  const right = [];
  const note = (answer) => right.push(answer);
  new Parser({ returnReply: note, returnError: note, returnFatalError: note, stringNumbers: true }).execute(Buffer.from(answers));
  const seen = [];
  const decoder = createDecoder();
  decoder.on("data", (type, data) => seen.push(plain([type, data])));
  decoder.update(Buffer.from(answers));
  console.log(`${JSON.stringify(answers)}: redis-parser ${JSON.stringify(right)}, @litert/redis ${JSON.stringify(seen)}`);
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
"+one\r\n$-1\r\n+two\r\n": redis-parser ["one",null,"two"], @litert/redis ["one",null,"two"]
"+one\r\n*-1\r\n+two\r\n+three\r\n": redis-parser ["one",null,"two","three"], @litert/redis ["one"]
"*2\r\n+one\r\n*-1\r\n+two\r\n": redis-parser [["one",null],"two"], @litert/redis []
"+one\r\n:9007199254740993\r\n": redis-parser ["one","9007199254740993"], @litert/redis ["one",9007199254740992]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
