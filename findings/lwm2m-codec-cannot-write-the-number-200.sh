#!/bin/bash
# lwm2m-codec: every integer whose top bit is set for its length, such as 200 or 40,000, cannot be written in TLV, and link attributes are cut wrong.
#
# Versions: lwm2m-codec 0.1.1, lwm2m-id 1.6.4 (npm), Node.js.
# Expected: OMA LwM2M 1.0, appendix C: in TLV an integer is a signed number of 1, 2, 4 or 8 octets, the most significant one first. RFC 6690, section 2: each
#   link has attributes of its own, and their values may be in quotation marks.
# Seen: 127 is one octet, and 256 two. For 128 to 255, for 32,768 to 65,535, for 2^31 to 2^32 - 1 and for the negative numbers from -129 to -255
#   encode() raises "The value of "value" is out of range", as it counts no sign. In the links of an answer the attributes of all but the
#   first get into the path: "/1/0/1>;pmin=".
# Why it matters: LwM2M is spoken over DTLS and TLS by devices with few octets. Free memory, in kilobytes, can be reported one minute, and
#   not the next; dates after 2038 never can.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts lwm2m-codec@0.1.1 lwm2m-id@1.6.4 >npm.log 2>&1

cat > find.js <<'JS'
const { decode, encode } = require("lwm2m-codec");

function written(path, value) {
  try {
    const data = encode("tlv", path, value);
    return `${data.toString("hex")}, read as ${decode("tlv", path, data)}`;
  } catch (error) {
    return error.message;
  }
}
// Memory Free and Current Time of the object Device.
for (const value of [127, 128, 200, 256, 40000, 70000, -128, -200]) console.log(`${value}: ${written("/3/0/10", value)}`);
for (const year of [2026, 2050]) console.log(`${year}: ${written("/3/0/13", Date.UTC(year, 0) / 1000)}`);
console.log("links:", JSON.stringify(decode("link", "</1/0>;pmin=10,</1/0/1>;pmin=5,</1/0/2>")));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
127: c10a7f, read as 127
128: The value of "value" is out of range. It must be >= -128 and <= 127. Received 128
200: The value of "value" is out of range. It must be >= -128 and <= 127. Received 200
256: c20a0100, read as 256
40000: The value of "value" is out of range. It must be >= -32768 and <= 32767. Received 40000
70000: c40a00011170, read as 70000
-128: c10a80, read as -128
-200: The value of "value" is out of range. It must be >= -128 and <= 127. Received -200
2026: c40d6955b900, read as 1767225600
2050: The value of "value" is out of range. It must be >= -2147483648 and <= 2147483647. Received 2524608000
links: {"path":"/1/0","attrs":{"pmin":10},"resrcList":["/1/0/1>;pmin=","/1/0/2"]}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
