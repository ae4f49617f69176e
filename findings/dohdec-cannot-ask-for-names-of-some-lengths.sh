#!/bin/bash
# dohdec: names of 96 to 99 letters, and of 224 to 227, cannot be looked up, neither over HTTPS nor over TLS.
#
# Versions: dohdec 6.0.4 with its dns-packet 5 (npm), Node.js.
# Expected: RFC 8467, section 4.1: queries are padded to the next multiple of 128 octets; the option itself takes 4 (RFC 7830, section 3). RFC 1035,
#   section 2.3.4: names have up to 255 octets.
# Seen: the length of the padding is what is missing to the next multiple, less 4, without looking whether 4 are there: it gets -1 to -4, and makePacket()
#   raises RangeError, 'The value of "value" is out of range' or 'The value of "offset" ...', before anything is sent. One letter more or less, and the
#   query has 256 or 128 octets. With a client subnet (ecs) it is other lengths that fail, since the query is longer.
# Why it matters: names of that length are those of content networks, DKIM keys and reverse IPv6 zones with long prefixes: one name in 32 of those that are
#   long enough. The error speaks of Buffer, not of the name. Nothing in the options switches padding off.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts dohdec@6.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { DNSoverHTTPS, DNSoverTLS } from "dohdec";

function attempt(make) {
  try {
    return make().length;
  } catch (error) {
    return error.message;
  }
}

function name(length) {
  const suffix = ".example.org";
  const letters = "abcdefghi.".repeat(30).slice(0, length - suffix.length - 1);
  return `${letters}x${suffix}`;
}

const failed = [];
for (let length = 20; length <= 240; length += 1) {
  const results = [attempt(() => DNSoverTLS.makePacket({ name: name(length) })), attempt(() => DNSoverHTTPS.makePacket({ name: name(length) }))];
  if (results.some((result) => typeof result === "string")) {
    failed.push(length);
    console.log(`${name(length).length} letters: ${results[0]}`);
  } else if (results[0] % 128 !== 0 || results[1] !== results[0]) {
    failed.push(-length);
  }
}
console.log(`lengths that cannot be asked for, from 20 to 240: ${failed.join(", ")}`);
process.exit(failed.join() === "96,97,98,99,224,225,226,227" ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
