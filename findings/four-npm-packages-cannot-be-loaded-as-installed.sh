#!/bin/bash
# ts-amqp, @makakwastaken/ts-edifact, @stacksjs/whois, @jprochazk/cbor: import and require() fail, as files or packages are missing that
# they need.
#
# Versions: ts-amqp 0.8.1, @makakwastaken/ts-edifact 0.2.16, @stacksjs/whois 0.67.0, @jprochazk/cbor 0.2.5 (npm), Node.js.
# Expected: the documentation of each begins with its installation and one import (ts-edifact: "It currently can be used with node 4.0 or
#   higher"; cbor: "will also work in Node"). Node.js, "ECMAScript modules": relative names have to be given with their ending. npm: what a
#   package needs stands in its dependencies.
# Seen: ts-amqp has no ./bitset, which none of its files is; @stacksjs/whois has no @stacksjs/cli; the other two import "./cache" and
#   "./decode/index" without an ending, which only bundlers find.
# Why it matters: the versions are the newest ones. A server that is built with one of them does not start.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ts-amqp@0.8.1 @makakwastaken/ts-edifact@0.2.16 @stacksjs/whois@0.67.0 \
  @jprochazk/cbor@0.2.5 >npm.log 2>&1

cat > find.mjs <<'JS'
for (const name of ["ts-amqp", "@makakwastaken/ts-edifact", "@stacksjs/whois", "@jprochazk/cbor"]) {
  let seen = "loaded";
  try {
    await import(name);
  } catch (error) {
    seen = `${error.code}: ${error.message.split("\n")[0].split(" imported")[0].replaceAll(`${process.cwd()}/node_modules/`, "")}`;
  }
  console.log(`${name}: ${seen}`);
}
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
ts-amqp: MODULE_NOT_FOUND: Cannot find module './bitset'
@makakwastaken/ts-edifact: ERR_MODULE_NOT_FOUND: Cannot find module '@makakwastaken/ts-edifact/build/esm/src/cache'
@stacksjs/whois: ERR_MODULE_NOT_FOUND: Cannot find package '@stacksjs/cli'
@jprochazk/cbor: ERR_MODULE_NOT_FOUND: Cannot find module '@jprochazk/cbor/build/decode/index'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
