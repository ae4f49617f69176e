#!/bin/bash
# mailto-parser: nothing of a mailto link is decoded, neither addresses nor subjects, and a link that has its recipients behind the question mark has
#   the whole rest as its address.
#
# Versions: mailto-parser 1.0.1 (npm), Node.js, Python 3.11 to compare with.
# Expected: RFC 6068, section 2: the addresses and the values of headers are percent-encoded in a mailto URI, and decoded before they are put into a
#   message; "to" is optional, and a header "to" is "equivalent to" the address in front (the examples of section 2 and 6.1). The package is for
#   "parsing mailto: URLs".
# Seen: for the example of section 6.1, <mailto:unlikely%3Faddress@example.com?blat=foop>, the address is "unlikely%3Faddress@example.com"; for
#   <mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E> the header is "%3C3469A91.D10AF4C@example.com%3E"; of
#   <mailto:?to=joe@example.com&cc=bob@example.com&body=hello> there are no headers, and the address is
#   "?to=joe@example.com&cc=bob@example.com&body=hello".
# Why it matters: mails go to addresses that do not exist, and their subjects read "caf%C3%A9". Use new URL() and URLSearchParams, with %2B for each
#   "+".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts mailto-parser@1.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const { parse } = require("mailto-parser");

const python = `import sys, urllib.parse
to, _, query = sys.argv[1][7:].partition("?")
fields = {name: urllib.parse.unquote(value) for name, _, value in (part.partition("=") for part in query.split("&") if part)}
print(urllib.parse.unquote(to) or "-", fields)`;
for (const link of [
  "mailto:unlikely%3Faddress@example.com?blat=foop",
  "mailto:gorby%25kremvax@example.com",
  "mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E",
  "mailto:user@example.org?subject=caf%C3%A9",
  "mailto:?to=joe@example.com&cc=bob@example.com&body=hello",
]) {
  const { addresses, attributeKey } = parse(link);
  console.log(`${link}: ${JSON.stringify(addresses)} ${JSON.stringify(attributeKey)}`);
  console.log(`  decoded: ${execFileSync("python3", ["-c", python, link], { encoding: "utf8" }).trim()}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
mailto:unlikely%3Faddress@example.com?blat=foop: ["unlikely%3Faddress@example.com"] {"blat":"foop"}
  decoded: unlikely?address@example.com {'blat': 'foop'}
mailto:gorby%25kremvax@example.com: ["gorby%25kremvax@example.com"] {}
  decoded: gorby%kremvax@example.com {}
mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E: ["list@example.org"] {"In-Reply-To":"%3C3469A91.D10AF4C@example.com%3E"}
  decoded: list@example.org {'In-Reply-To': '<3469A91.D10AF4C@example.com>'}
mailto:user@example.org?subject=caf%C3%A9: ["user@example.org"] {"subject":"caf%C3%A9"}
  decoded: user@example.org {'subject': 'café'}
mailto:?to=joe@example.com&cc=bob@example.com&body=hello: ["?to=joe@example.com&cc=bob@example.com&body=hello"] {}
  decoded: - {'to': 'joe@example.com', 'cc': 'bob@example.com', 'body': 'hello'}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
