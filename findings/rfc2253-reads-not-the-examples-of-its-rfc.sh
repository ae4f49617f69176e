#!/bin/bash
# rfc2253: of the examples of the RFC that it is named after, three are read wrongly: two values in one RDN, UTF-8 and BER in hexadecimal.
#
# Versions: rfc2253 0.2.0, @ldapjs/dn 1.1.0 to compare with (npm), Node.js.
# Expected: RFC 2253 (and RFC 4514), section 3: attributes of one RDN are separated by "+"; a pair "\C4" is an octet of UTF-8;
#   "#04024869" is the BER encoding of a value. Its documentation: "a parser and formatter for X.500/X.501 distinguished names
#   based on RFC 2253", with RelativeDistinguishedName for several values.
# Seen: of "OU=Sales+CN=J. Smith" the second attribute is called "+CN": get("CN") finds nothing, and format() writes "\+CN=J. Smith".
#   "Lu\C4\8Di\C4\87" becomes characters of Latin-1 instead of "Lučić". "#04024869" is written back as raw octets, with the two
#   control characters of its header, and without "#". @ldapjs/dn reads the first two, and keeps the third as BER.
# Why it matters: subjects with a name and a serial number in one RDN, as qualified certificates have them, have no name; people whose names
#   have accents are looked up under another one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rfc2253@0.2.0 @ldapjs/dn@1.1.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { parse } = require("rfc2253");
const { DN } = require("@ldapjs/dn");

const show = (value) => JSON.stringify(value).replace(/[^ -~]/g, (c) => "\\u" + c.charCodeAt().toString(16).padStart(4, "0"));
const EXAMPLES = [
  ["OU=Sales+CN=J. Smith,O=Widget Inc.,C=US", "CN"],
  ["SN=Lu\\C4\\8Di\\C4\\87", "SN"],
  ["1.3.6.1.4.1.1466.0=#04024869,O=Test,C=GB", "1.3.6.1.4.1.1466.0"],
];
for (const [text, type] of EXAMPLES) {
  const name = parse(text);
  console.log(`${text}\n  rfc2253: ${type} is ${show(name.get(type) ?? null)}, written ${show(name.format())}`);
  const rdn = DN.fromString(text).rdnAt(0);
  console.log(`  @ldapjs/dn: ${type} is ${show(rdn.getValue(type))}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
OU=Sales+CN=J. Smith,O=Widget Inc.,C=US
  rfc2253: CN is null, written "\\+CN=J. Smith+OU=Sales,O=Widget Inc.,C=US"
  @ldapjs/dn: CN is "J. Smith"
SN=Lu\C4\8Di\C4\87
  rfc2253: SN is "Lu\u00c4\u008di\u00c4\u0087", written "SN=Lu\u00c4\u008di\u00c4\u0087"
  @ldapjs/dn: SN is "Lu\u010di\u0107"
1.3.6.1.4.1.1466.0=#04024869,O=Test,C=GB
  rfc2253: 1.3.6.1.4.1.1466.0 is "\u0004\u0002Hi", written "1.3.6.1.4.1.1466.0=\u0004\u0002Hi,O=Test,C=GB"
  @ldapjs/dn: 1.3.6.1.4.1.1466.0 is {}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
