#!/bin/bash
# cidr-js: the 256 addresses of 10.0.0.0/24 come back as nine blocks, as the last address of each list stands alone.
#
# Versions: cidr-js 2.3.1 and, to compare with, cidr-calc 1.0.4 (npm), Node.js.
# Expected: its documentation: getBlocks() gives "IP blocks from a list of IPs", filter() groups "a list of ips into contiguous blocks"; RFC 4632,
#   section 3.1: 256 addresses from 10.0.0.0 are one block, 10.0.0.0/24.
# Seen: getBlocks(list("10.0.0.0/24")) gives 10.0.0.0/25, 10.0.0.128/26 and so on down to 10.0.0.254/32, and 10.0.0.255; getBlocks(list("10.0.0.0/30"))
#   gives three. The last address is compared with itself instead of with the one before. cidr-calc gives one block each.
# Why it matters: firewall rules, route tables and allow lists are up to 30 times as long as needed, and clouds have limits for them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts cidr-js@2.3.1 cidr-calc@1.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { IpAddress, IpRange } from "cidr-calc";
const CIDR = createRequire(import.meta.url)("cidr-js");
const cidr = new CIDR();

for (const block of ["10.0.0.0/30", "10.0.0.0/24"]) {
  const list = cidr.list(block);
  console.log(`${block}: ${list.length} addresses`);
  console.log(`  cidr-calc: ${new IpRange(IpAddress.of(list[0]), IpAddress.of(list.at(-1))).toCidrs().join(" ")}`);
  console.log(`  cidr-js:   ${cidr.getBlocks(list).join(" ")}`);
}
console.log("filter:", JSON.stringify(cidr.filter(["10.0.0.0", "10.0.0.1", "10.0.0.2"])));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
10.0.0.0/30: 4 addresses
  cidr-calc: 10.0.0.0/30
  cidr-js:   10.0.0.0/31 10.0.0.2/32 10.0.0.3
10.0.0.0/24: 256 addresses
  cidr-calc: 10.0.0.0/24
  cidr-js:   10.0.0.0/25 10.0.0.128/26 10.0.0.192/27 10.0.0.224/28 10.0.0.240/29 10.0.0.248/30 10.0.0.252/31 10.0.0.254/32 10.0.0.255
filter: {"0":["10.0.0.0","10.0.0.1"],"1":["10.0.0.2"]}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
