#!/bin/bash
# messagepack and @ygoe/msgpack: 1e300 is written as 0, or as 18446744073709551615, and 2 ** 63 as a number below zero: what has no fraction is taken
#   for an integer of 64 bits.
#
# Versions: messagepack 1.1.12, @ygoe/msgpack 1.0.3 and, to compare with, @msgpack/msgpack 3.1.3 (npm), Node.js.
# Expected: MessagePack specification, "int format family" ends at 2^64 - 1, "float format family" has IEEE 754 doubles; a serializer writes numbers
#   that fit into no integer as floats.
# Seen: messagepack writes 1e300 and 2 ** 64 as cf0000000000000000, which is 0 for each reader, and 1e20 as 7766279631452241920. @ygoe/msgpack writes
#   1e300 as cfffffffffffffffff, 2 ** 64 as 0, and 2 ** 63 as -2 ** 63. No error is raised. @msgpack/msgpack writes doubles.
# Why it matters: amounts in the smallest unit of a currency (10^18 in one), sums of squares, Number.MAX_VALUE as "no limit": the limit becomes 0.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts messagepack@1.1.12 @ygoe/msgpack@1.0.3 @msgpack/msgpack@3.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import messagepack from "messagepack";
import ygoe from "@ygoe/msgpack";
import { decode, encode } from "@msgpack/msgpack";

for (const number of [1.5, 2 ** 53, 2 ** 63, 2 ** 64, 1e20, 1e300, -(2 ** 63), -1e20, -1e300]) {
  const seen = [["messagepack", messagepack.encode], ["@ygoe/msgpack", ygoe.encode], ["@msgpack/msgpack", encode]].map(([name, write]) => {
    try {
      return `${name} ${decode(write(number))}`;
    } catch (error) {
      return `${name} ${error.message}`;
    }
  });
  console.log(`${number}: ${seen.join(", ")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
1.5: messagepack 1.5, @ygoe/msgpack 1.5, @msgpack/msgpack 1.5
9007199254740992: messagepack 9007199254740992, @ygoe/msgpack 9007199254740992, @msgpack/msgpack 9007199254740992
9223372036854776000: messagepack 9223372036854776000, @ygoe/msgpack -9223372036854776000, @msgpack/msgpack 9223372036854776000
18446744073709552000: messagepack 0, @ygoe/msgpack 0, @msgpack/msgpack 18446744073709552000
100000000000000000000: messagepack 7766279631452242000, @ygoe/msgpack 18446744073709552000, @msgpack/msgpack 100000000000000000000
1e+300: messagepack 0, @ygoe/msgpack 18446744073709552000, @msgpack/msgpack 1e+300
-9223372036854776000: messagepack -9223372036854776000, @ygoe/msgpack 9223372036854776000, @msgpack/msgpack -9223372036854776000
-100000000000000000000: messagepack -7766279631452242000, @ygoe/msgpack -9223372036854776000, @msgpack/msgpack -100000000000000000000
-1e+300: messagepack 0, @ygoe/msgpack -9223372036854776000, @msgpack/msgpack -1e+300
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
