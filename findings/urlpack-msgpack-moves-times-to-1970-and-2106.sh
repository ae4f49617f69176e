#!/bin/bash
# @urlpack/msgpack: a time without fractions of a second comes back as one of the first hour of 1970, one before 1970 as one of 2106.
#
# Versions: @urlpack/msgpack 2.0.1 and, to compare with, @msgpack/msgpack 3.1.3 (npm), Node.js.
# Expected: MessagePack specification, "Timestamp extension type": timestamp 32 has the number of seconds since 1970 in 32 bits; times before 1970 or
#   after 2514 take timestamp 96, those after 2106 at least timestamp 64.
# Seen: its decoder makes 1970-01-01T00:28:20Z of 2023-11-14T22:13:20Z, whether it was written by itself or by @msgpack/msgpack; with half a second
#   more it is right. Its encoder writes 1969-12-31T23:59:59Z as ffffffff, which is 2106, and 2106-02-07T06:28:16Z as 0, which is 1970.
# Why it matters: dates that people choose have no fractions: all of them change, and those of "now" do not, so that tests pass. Dates of birth are in
#   the next century.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @urlpack/msgpack@2.0.1 @msgpack/msgpack@3.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { decode, encode } from "@msgpack/msgpack";
import { makeMessagePackDecoder, makeMessagePackEncoder } from "@urlpack/msgpack";

const one = { encode: makeMessagePackEncoder().encode, decode: makeMessagePackDecoder().decode };
const attempt = (f) => {
  try {
    return f().toISOString();
  } catch (error) {
    return error.message;
  }
};
for (const text of ["2023-11-14T22:13:20.500Z", "2023-11-14T22:13:20.000Z", "1969-12-31T23:59:59.000Z", "2106-02-07T06:28:16.000Z"]) {
  const date = new Date(text);
  const bytes = one.encode(date);
  console.log(`${text}: written ${Buffer.from(bytes).toString("hex")}, read ${attempt(() => one.decode(bytes))}`);
  console.log(`  @msgpack/msgpack reads what it writes as ${attempt(() => decode(bytes))}; it reads what that writes as ${attempt(() => one.decode(encode(date)))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
2023-11-14T22:13:20.500Z: written d7ff773594006553f100, read 2023-11-14T22:13:20.500Z
  @msgpack/msgpack reads what it writes as 2023-11-14T22:13:20.500Z; it reads what that writes as 2023-11-14T22:13:20.500Z
2023-11-14T22:13:20.000Z: written d6ff6553f100, read 1970-01-01T00:28:20.000Z
  @msgpack/msgpack reads what it writes as 2023-11-14T22:13:20.000Z; it reads what that writes as 1970-01-01T00:28:20.000Z
1969-12-31T23:59:59.000Z: written d6ffffffffff, read 1970-01-01T01:11:34.967Z
  @msgpack/msgpack reads what it writes as 2106-02-07T06:28:15.000Z; it reads what that writes as timestamp96 is not supported yet
2106-02-07T06:28:16.000Z: written d7ff0000000000000000, read 1970-01-01T00:00:00.000Z
  @msgpack/msgpack reads what it writes as 1970-01-01T00:00:00.000Z; it reads what that writes as 2106-02-07T06:28:16.000Z
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
