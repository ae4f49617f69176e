#!/bin/bash
# @stacksjs/dnsx: _dmarc.example.org cannot be asked for, texts begin with their length, services are undefined, and names end at the fifth
#   label.
#
# Versions: @stacksjs/dnsx 0.2.2, dns-packet 5.6.1 to write and compare (npm), Node.js.
# Expected: RFC 2782, 6698, 7489: names of SRV, TLSA and DMARC records begin with an underscore; all of these are in its list of types. RFC
#   1035, section 3.3.14: a TXT record is a row of strings, each with one octet of length in front; section 3.1: a name has as many labels
#   as fit into 255 octets. RFC 2782: SRV is priority, weight, port and target.
# Seen: "Invalid characters in domain label: _dmarc". The text "v=spf1 -all" is "\u000bv=spf1 -all", and of two strings the second has its
#   length in the middle. An SRV record is shown as "undefined undefined undefined undefined". Of 1.2.0.192.in-addr.arpa five labels are
#   read, and what follows is read from the wrong place: the answer is lost with an error. dns-packet reads all of these answers.
# Why it matters: it is a tool to look at just such records: SPF and DKIM texts are compared with a letter too many, and no reverse name
#   works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @stacksjs/dnsx@0.2.2 dns-packet@5.6.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { DnsClient, formatOutput, parseResponse } from "@stacksjs/dnsx";
import packet from "dns-packet";

for (const [name, type, data] of [
  ["example.org", "TXT", ["v=spf1 -all"]],
  ["example.org", "TXT", ["v=spf1 ", "-all"]],
  ["_imaps._tcp.example.org", "SRV", { priority: 10, weight: 5, port: 993, target: "mail.example.org" }],
  ["1.2.0.192.in-addr.arpa", "PTR", "mail.example.org"],
]) {
  const answer = { type: "response", id: 1, flags: 0, questions: [{ name, type }], answers: [{ name, type, ttl: 60, data }] };
  const octets = packet.encode(answer);
  let seen;
  try {
    seen = formatOutput([parseResponse(octets)], { colors: { enabled: false } });
  } catch (error) {
    seen = error.message;
  }
  console.log(`${name} ${type}: ${JSON.stringify(seen.replace(/ +/g, " "))}`);
  const right = packet.decode(octets).answers.map(({ data: found }) => (type === "TXT" ? found.map(String) : found));
  console.log(`  dns-packet: ${JSON.stringify(right)}`);
}
try {
  new DnsClient({ domains: ["_dmarc.example.org"], type: "TXT", nameserver: "127.0.0.1" });
  console.log("_dmarc.example.org can be asked for");
} catch (error) {
  console.log(error.message);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
example.org TXT: "TXT 1m0s example.org \"\u000bv=spf1 -all\""
  dns-packet: [["v=spf1 -all"]]
example.org TXT: "TXT 1m0s example.org \"\u0007v=spf1 \u0004-all\""
  dns-packet: [["v=spf1 ","-all"]]
_imaps._tcp.example.org SRV: "SRV 1m0s _imaps._tcp.example.org undefined undefined undefined undefined"
  dns-packet: [{"priority":10,"weight":5,"port":993,"target":"mail.example.org"}]
1.2.0.192.in-addr.arpa PTR: "Out of bounds access"
  dns-packet: ["mail.example.org"]
Invalid characters in domain label: _dmarc
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
