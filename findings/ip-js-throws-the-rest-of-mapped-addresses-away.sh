#!/bin/bash
# ip.js: ::ffff:192.0.2.1 is ::ffff:192, another address, and the zeros are shortened at the first place instead of the longest one.
#
# Versions: ip.js 1.3.10 (npm), Node.js, Python 3.11 to compare with.
# Expected: RFC 4291, section 2.2, 3: the last 32 bits may be written as an IPv4 address. RFC 5952, section 4.2.3: "the longest run of consecutive
#   16-bit 0 fields MUST be shortened", section 4.2.2: "The symbol "::" MUST NOT be used to shorten just one 16-bit 0 field". The package is for
#   "manipulating IP addresses, prefixes and ranges. Supports both IPv4 and IPv6".
# Seen: ::ffff:192.0.2.1 is read without an error as ::ffff:192, what stands behind the first dot is thrown away, and 64:ff9b::192.0.2.33 likewise.
#   1:0:0:2:0:0:0:3 is written 1::2:0:0:0:3 (right: 1:0:0:2::3), 2001:db8:0:1:1:1:1:1 is written 2001:db8::1:1:1:1:1.
# Why it matters: ::ffff:192.0.2.1 is how Node.js itself names each IPv4 client of a server that listens on both. Counts per client put all of
#   192.x.x.x under one address; texts differ from those of other programs.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ip.js@1.3.10 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const { Addr } = require("ip.js");

for (const text of ["2001:db8::1", "::ffff:192.0.2.1", "::ffff:192.168.7.7", "64:ff9b::192.0.2.33", "1:0:0:2:0:0:0:3", "2001:db8:0:1:1:1:1:1"]) {
  const right = execFileSync("python3", ["-c", "import ipaddress, sys; print(ipaddress.ip_address(sys.argv[1]))", text], { encoding: "utf8" }).trim();
  console.log(`${text}: ${new Addr(text)}, Python: ${right}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
2001:db8::1: 2001:db8::1, Python: 2001:db8::1
::ffff:192.0.2.1: ::ffff:192, Python: ::ffff:c000:201
::ffff:192.168.7.7: ::ffff:192, Python: ::ffff:c0a8:707
64:ff9b::192.0.2.33: 64:ff9b::192, Python: 64:ff9b::c000:221
1:0:0:2:0:0:0:3: 1::2:0:0:0:3, Python: 1:0:0:2::3
2001:db8:0:1:1:1:1:1: 2001:db8::1:1:1:1:1, Python: 2001:db8:0:1:1:1:1:1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
