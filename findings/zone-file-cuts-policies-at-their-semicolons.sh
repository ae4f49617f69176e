#!/bin/bash
# zone-file and @fungible-systems/zone-file: of "v=STSv1; id=1" in a zone file "v=STSv1" is left, TLSA and CAA records are dropped, and an hour is a second.
#
# Versions: zone-file 1.0.0, @fungible-systems/zone-file 2.0.0, dnsz 4.5.2 for comparison (npm), Node.js.
# Expected: RFC 1035, section 5.1: a semicolon begins a comment, but in quotation marks text has any letters. RFC 8461, section 3.1, and RFC 7489,
#   section 6.3: the records of MTA-STS and DMARC have semicolons. The same two packages write such text in quotation marks.
# Seen: what stands behind the first semicolon of a text is lost, also of text that makeZoneFile() has written. Records of types that are not on their
#   list, among them TLSA and CAA, are left out without a word. $TTL 1h, as BIND has it, is 1, a second.
# Why it matters: a zone that is read, changed and written has policies without their contents: mail goes out without TLS where the policy demanded
#   it, and DMARC has no policy. Certificate authorities and DANE clients find no records any more.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts zone-file@1.0.0 @fungible-systems/zone-file@2.0.0 dnsz@4.5.2 >npm.log 2>&1

cat > find.js <<'JS'
const { parseZone } = require("dnsz");

const zone = `$ORIGIN example.com.
$TTL 1h
@ IN SOA ns1.example.com. admin.example.com. 1 3600 600 86400 3600
_mta-sts IN TXT "v=STSv1; id=20260101;"
_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:a@example.com"
_443._tcp.www IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
@ IN CAA 0 issue "ca.example.net"
www IN A 192.0.2.1
`;
for (const name of ["zone-file", "@fungible-systems/zone-file"]) {
  const { makeZoneFile, parseZoneFile } = require(name);
  const { $origin, soa, ...others } = parseZoneFile(zone);
  console.log(`${name}:\n${JSON.stringify(others)}`);
  const made = makeZoneFile({ $origin: "example.com.", $ttl: 3600, txt: [{ name: "_mta-sts", txt: "v=STSv1; id=20260101;" }] });
  console.log(`written: ${made.match(/.*STSv1.*/)[0].replaceAll("\t", " ")}; read: ${JSON.stringify(parseZoneFile(made).txt)}`);
}
const { records, ttl } = parseZone(zone);
console.log(`dnsz: ${ttl}, ${records.map(({ type }) => type)}, ${records.find(({ type }) => type === "TXT").content}`);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
zone-file:
{"$ttl":1,"txt":[{"name":"_mta-sts","txt":"v=STSv1"},{"name":"_dmarc","txt":"v=DMARC1"}],"a":[{"name":"www","ip":"192.0.2.1"}]}
written: _mta-sts IN TXT "v=STSv1; id=20260101;"; read: [{"name":"_mta-sts","txt":"v=STSv1"}]
@fungible-systems/zone-file:
{"$ttl":1,"txt":[{"name":"_mta-sts","txt":"v=STSv1"},{"name":"_dmarc","txt":"v=DMARC1"}],"a":[{"name":"www","ip":"192.0.2.1"}]}
written: _mta-sts IN TXT "v=STSv1; id=20260101;"; read: [{"name":"_mta-sts","txt":"v=STSv1"}]
dnsz: 3600, SOA,TXT,TXT,TLSA,CAA,A, "v=STSv1; id=20260101;"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
