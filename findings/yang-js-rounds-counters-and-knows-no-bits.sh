#!/bin/bash
# yang-js: a counter of 64 bits is rounded, values of the types bits and binary cannot be read, and a choice with a leaf beside a case is
# refused.
#
# Versions: yang-js 0.24.63 (npm), Node.js.
# Expected: RFC 6020, which its documentation names, and RFC 7950: section 9.2, uint64 has all numbers up to 18446744073709551615; section
#   9.3, a decimal64 has up to 18 digits behind the point; section 9.7, a value of bits is the names of the bits that are set, with blanks
#   between; section 9.8, binary is written in base64; section 7.9.2, data nodes may be in a choice without a case around them, beside
#   others in a case. RFC 7951: numbers of 64 bits are strings in JSON, so that they are kept.
# Seen: "18446744073709551615" becomes 18446744073709552000, "9007199254740993" ends with 2, "1.000000000000000001" is 1. "x y" of bits ends
#   with "Cannot read properties of undefined", "AQID" of binary with "unable to convert". The choice cannot "contain short-hand non-case
#   data node statement when using case statements".
# Why it matters: octet counters of interfaces, and flags, are in most models that devices have for NETCONF and RESTCONF. A configuration
#   that is read and written back has other numbers, and many models of vendors cannot be loaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts yang-js@0.24.63 >npm.log 2>&1

cat > find.mjs <<'JS'
import Yang from "yang-js";

function read(type, value) {
  try {
    const schema = Yang.parse(`module a { namespace "urn:a"; prefix a; container c { leaf l { type ${type} } } }`);
    return JSON.stringify(schema.eval({ "a:c": { l: value } }).get("/a:c").l);
  } catch (error) {
    return error.message;
  }
}
for (const [type, value] of [
  ["uint32;", "4294967295"],
  ["uint64;", "18446744073709551615"],
  ["int64;", "9007199254740993"],
  ["decimal64 { fraction-digits 18; }", "1.000000000000000001"],
  ["bits { bit x; bit y; }", "x y"],
  ["binary;", "AQID"],
]) {
  console.log(`${type} "${value}": ${read(type, value)}`);
}
const first = "case d { leaf e { type string; } }";
for (const choice of [`${first} case f { leaf f { type string; } }`, `${first} leaf f { type string; }`]) {
  let seen = "loaded";
  try {
    Yang.parse(`module a { namespace "urn:a"; prefix a; container c { choice b { ${choice} } } }`);
  } catch (error) {
    seen = error.message.split("] ").pop();
  }
  console.log(`choice b { ${choice} }: ${seen}`);
}
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
uint32; "4294967295": 4294967295
uint64; "18446744073709551615": 18446744073709552000
int64; "9007199254740993": 9007199254740992
decimal64 { fraction-digits 18; } "1.000000000000000001": 1
bits { bit x; bit y; } "x y": Cannot read properties of undefined (reading 'some')
binary; "AQID": [binary] unable to convert 'AQID'
choice b { case d { leaf e { type string; } } case f { leaf f { type string; } } }: loaded
choice b { case d { leaf e { type string; } } leaf f { type string; } }: cannot contain short-hand non-case data node statement when using case statements
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
