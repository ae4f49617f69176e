#!/bin/bash
# @ellipticoin/cbor, cbor-sync: a time of CBOR is read as one in January 1970, octets in a Uint8Array become a map, and larger integers are cut.
#
# Versions: @ellipticoin/cbor 1.0.4, cbor-sync 1.0.4, cbor2 2.3.0 (npm), Node.js.
# Expected: RFC 8949, section 3.4.2: tag 1 counts seconds since 1970-01-01; section 3.1: major type 2 is for octets, and a string may be
#   written in pieces of indefinite length (section 3.2.3); section 3.1: integers from -2^64 to 2^64-1 have their own types, larger ones
#   have tags 2 and 3. Appendix A has the examples.
# Seen: c1 1a 514b67b0 is read as 1970-01-16T18:51:36.240Z instead of 2013-03-21T20:04:00Z, since seconds are taken for milliseconds. A
#   Uint8Array of 1 and 2 is written as the map {"0": 1, "1": 2}. The two examples with strings in pieces raise an error. @ellipticoin/cbor
#   writes 2n ** 64n as 1b 10 and seven zeros, which is 2 ** 60, and -(2n ** 63n) as the single octet 1b, after which each reader waits for
#   eight more. cbor2 does all of it.
# Why it matters: tag 1 is what most libraries write for a date, cbor2 among them: everything that comes from these is of January 1970, and
#   has expired.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @ellipticoin/cbor@1.0.4 cbor-sync@1.0.4 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import ellipticoin from "@ellipticoin/cbor";
import sync from "cbor-sync";
import * as cbor2 from "cbor2";

const show = (value) => value instanceof Date ? value.toISOString() : value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
const attempt = (run) => {
  try {
    return show(run());
  } catch {
    return "error";
  }
};
const tests = {
  "time in seconds": ({ decode }) => decode(Buffer.from("c11a514b67b0", "hex")),
  "time with a fraction": ({ decode }) => decode(Buffer.from("c1fb41d452d9ec200000", "hex")),
  "time as a text": ({ decode }) => decode(Buffer.from("c074323031332d30332d32315432303a30343a30305a", "hex")),
  "text in pieces": ({ decode }) => decode(Buffer.from("7f657374726561646d696e67ff", "hex")),
  "Uint8Array": ({ encode }) => encode(Uint8Array.of(1, 2)),
};
const large = {
  "2^64": ({ encode }) => encode(2n ** 64n),
  "-2^63": ({ encode }) => encode(-(2n ** 63n)),
};
const seen = [];
for (const [name, code] of Object.entries({ "@ellipticoin/cbor": ellipticoin, "cbor-sync": sync, cbor2 })) {
  const all = name === "cbor-sync" ? tests : { ...tests, ...large };
  seen.push(Object.values(all).map((test) => attempt(() => test(code))));
  console.log(name, Object.fromEntries(Object.keys(all).map((what, i) => [what, seen.at(-1)[i]])));
}
const wrong = ["1970-01-16T18:51:36.240Z", "1970-01-16T18:51:36.240Z", "2013-03-21T20:04:00.000Z", "error", "a2613001613102"];
const expected = [
  [...wrong, "1b1000000000000000", "1b"],
  wrong,
  [
    "2013-03-21T20:04:00.000Z", "2013-03-21T20:04:00.500Z", "2013-03-21T20:04:00.000Z", "streaming", "420102",
    "c249010000000000000000", "3b7fffffffffffffff",
  ],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.mjs 2>error.log || { cat error.log; echo "CHANGED: see above"; exit 1; }
