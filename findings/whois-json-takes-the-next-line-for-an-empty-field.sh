#!/bin/bash
# whois-json: behind an empty "Registrant Fax:" the next line is its value, so the registrant has no e-mail address, and a domain no name
#   server.
#
# Versions: whois-json 2.1.0, parse-whois 1.0.0 to compare with (npm), Node.js.
# Expected: RFC 3912: an answer is lines of text; ICANN's advisory on RDDS has one key and one value in a line, and a field without a value
#   is shown with its key and its colon alone.
# Seen: of "Registrant Fax:", "Registrant Email: jo@example.org" only registrantFax is there, and its value is "Registrant Email:
#   jo@example.org". So it goes with each empty field: "Registrar IANA ID:" swallows "Name Server: ns1.example.org". parse-whois has both.
# Why it matters: empty fields are the rule since 2018. What stands behind one is lost, with the key of another, and no error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts whois-json@2.1.0 parse-whois@1.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { once } from "events";
import net from "net";
import whois from "whois-json";
import other from "parse-whois";

const lines = [
  "Domain Name: example.org",
  "Registrant Name: Jo",
  "Registrant Fax:",
  "Registrant Email: jo@example.org",
  "Registrar IANA ID:",
  "Name Server: ns1.example.org",
  "DNSSEC: unsigned",
];
const server = net.createServer((socket) => socket.once("data", () => socket.end(lines.map((line) => `${line}\r\n`).join(""))));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
const seen = await whois("example.org", { server: { host: "127.0.0.1", port, query: "$addr\r\n" }, follow: 0, timeout: 5000 });
server.close();
console.log(JSON.stringify(seen, null, 1));
for (const { attribute, value } of other.parseWhoIsData(lines.join("\n"))) console.log(`parse-whois: ${attribute}: ${JSON.stringify(value)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{
 "domainName": "example.org",
 "registrantName": "Jo",
 "registrantFax": "Registrant Email: jo@example.org",
 "registrarIanaId": "Name Server: ns1.example.org",
 "dnssec": "unsigned"
}
parse-whois: Domain Name: "example.org"
parse-whois: Registrant Name: "Jo"
parse-whois: Registrant Email: "jo@example.org"
parse-whois: Name Server: "ns1.example.org"
parse-whois: DNSSEC: "unsigned"
parse-whois: End Text: "Registrant Fax:\nRegistrar IANA ID:\n"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
