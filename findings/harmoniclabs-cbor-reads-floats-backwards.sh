#!/bin/bash
# @harmoniclabs/cbor reads and writes 1.5 with its octets in the wrong order, and @oslojs/cbor reads no integer from 2^31 to 2^32 - 1.
#
# Versions: @harmoniclabs/cbor 2.0.1, @oslojs/cbor 1.0.0, cbor2 2.3.0 for comparison (npm), Node.js.
# Expected: RFC 8949, section 3: numbers, of floating point as well, are in network byte order, the most significant octet first; major type 0 has
#   integers from 0 to 2^64 - 1. Appendix A has fa47c35000 for 100000.0 and fbc010666666666666 for -4.1.
# Seen: of the examples in 32 and 64 bits @harmoniclabs/cbor makes other numbers, and 1.5 is written as fb000000000000f83f, which cbor2 reads as
#   another one. Those in 16 bits are right. @oslojs/cbor raises a TypeError without a message for 1a80000000, the first that is past 2^31, and
#   for -2147483649; the same numbers in eight octets are read.
# Why it matters: CBOR is what COSE, CWT, WebAuthn and CoAP carry. Measurements become others without an error, and no time after January 2038
#   can be read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @harmoniclabs/cbor@2.0.1 @oslojs/cbor@1.0.0 cbor2@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { Cbor, CborSimple } from "@harmoniclabs/cbor";
import { decodeCBORToNativeValueNoLeftoverBytes } from "@oslojs/cbor";
import { decode } from "cbor2";

function attempt(call) {
  try {
    return call();
  } catch (error) {
    return error.constructor.name + (error.message && `: ${error.message}`);
  }
}
for (const hex of ["f93e00", "fa47c35000", "fbc010666666666666", "1a7fffffff", "1a80000000", "3a80000000", "1b0000000080000000"]) {
  const data = Uint8Array.from(Buffer.from(hex, "hex"));
  const { simple, uint, neg } = Object.assign({}, Cbor.parse(data).toRawObj());
  const oslo = attempt(() => decodeCBORToNativeValueNoLeftoverBytes(data, 5));
  console.log(`${hex}: right ${decode(data)}, by harmoniclabs ${simple ?? uint ?? neg}, by oslojs ${oslo}`);
}
const written = Uint8Array.from(Cbor.encode(new CborSimple(1.5)));
console.log(`1.5: ${Buffer.from(written).toString("hex")}, read as ${decode(written)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
f93e00: right 1.5, by harmoniclabs 1.5, by oslojs 1.5
fa47c35000: right 100000, by harmoniclabs 7.416892004169359e-39, by oslojs 100000
fbc010666666666666: right -4.1, by harmoniclabs 1.9035985662486733e+185, by oslojs -4.1
1a7fffffff: right 2147483647, by harmoniclabs 2147483647, by oslojs 2147483647
1a80000000: right 2147483648, by harmoniclabs 2147483648, by oslojs TypeError
3a80000000: right -2147483649, by harmoniclabs -2147483649, by oslojs TypeError
1b0000000080000000: right 2147483648, by harmoniclabs 2147483648, by oslojs 2147483648
1.5: fb000000000000f83f, read as 3.13984e-319
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
