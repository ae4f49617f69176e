#!/bin/bash
# spf-parse: modifiers that it does not know, and a second prefix length, for IPv6, are called errors, and stay in the result as mechanisms
# without a type.
#
# Versions: spf-parse 1.0.4 (npm), Node.js.
# Expected: RFC 7208, section 6: "Unrecognized modifiers MUST be ignored no matter where, or how often, they appear"; RFC 6652, section 3,
#   registers ra, rp and rr. RFC 7208, section 5.3: a = "a" [ ":" domain-spec ] [ dual-cidr-length ], and "a/24//64" has the prefix lengths
#   of IPv4 and of IPv6; section 12 allows each of the two alone.
# Seen: "ra=postmaster", "rp=100", "a/24//64" and "a//64" are each "Unknown standalone term ...", of the type "error", while "valid" stays
#   true; the mechanisms have an entry with nothing but a prefix "+", which means "pass". "a/24" alone is fine.
# Why it matters: a checker made with it shows errors for correct records, and code that goes through the mechanisms meets one that is
#   undefined.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts spf-parse@1.0.4 >npm.log 2>&1

cat > find.js <<'JS'
const parse = require("spf-parse");

for (const record of ["v=spf1 a/24 -all", "v=spf1 a/24//64 -all", "v=spf1 a//64 -all", "v=spf1 mx ra=postmaster rp=100 -all"]) {
  const { valid, messages, mechanisms } = parse(record);
  console.log(`${record}: valid ${valid}`);
  for (const { type, message } of messages ?? []) console.log(`    ${type}: ${message}`);
  console.log(`    ${mechanisms.map((each) => `${each.prefix} ${each.type}`).join(", ")}`);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
v=spf1 a/24 -all: valid true
    v version, + a, - all
v=spf1 a/24//64 -all: valid true
    error: Unknown standalone term 'a/24//64'
    v version, + undefined, - all
v=spf1 a//64 -all: valid true
    error: Unknown standalone term 'a//64'
    v version, + undefined, - all
v=spf1 mx ra=postmaster rp=100 -all: valid true
    error: Unknown standalone term 'ra=postmaster'
    error: Unknown standalone term 'rp=100'
    v version, + mx, + undefined, + undefined, - all
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
