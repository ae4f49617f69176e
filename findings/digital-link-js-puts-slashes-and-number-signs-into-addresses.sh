#!/bin/bash
# digital-link.js: a batch "AB/C" or a serial number "#1" is put into the address as it is, so that the address is another one or none, and one that
#   is encoded rightly is handed out encoded.
#
# Versions: digital-link.js 1.4.3 (npm), Node.js.
# Expected: GS1 Digital Link Standard: URI Syntax, section on percent-encoding of reserved characters: values of key qualifiers and attributes are
#   percent-encoded in the URI, "/" as %2F, "#" as %23 and "%" as %25; all of these are in GS1's character set 82 for batch and serial numbers
#   (General Specifications, figure 7.11-1). The package is for "creating, validating and working with the GS1 Digital Link".
# Seen: { "10": "AB/C" } gives https://id.gs1.org/01/.../10/AB/C, which the package itself refuses ("Must contain at least the identifier"); { "21":
#   "a?b" } is read back as "a", "100%" is the error "URI malformed", and of the attribute x "a&b=c" two attributes are made. Of the right address
#   .../10/AB%2FC it returns "AB%2FC". AB1 is right in both directions.
# Why it matters: the code is printed on the goods, and the telephone of the customer asks for "#1" as the part of a page, with the serial number
#   missing. Encode each value with encodeURIComponent() before, and decode after.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts digital-link.js@1.4.3 >npm.log 2>&1

cat > find.cjs <<'JS'
const { DigitalLink } = require("digital-link.js");

const identifier = { "01": "09780345418913" };
const show = (address) => {
  try {
    const link = DigitalLink(address);
    return `${JSON.stringify({ ...link.getKeyQualifiers(), ...link.getAttributes() })}`;
  } catch (error) {
    return error.message;
  }
};
for (const [keyQualifiers, attributes] of [[{ 10: "AB1" }, {}], [{ 10: "AB/C" }, {}], [{ 21: "#1" }, {}], [{ 21: "a?b" }, {}], [{ 10: "100%" }, {}], [{}, { x: "a&b=c" }]]) {
  const address = DigitalLink({ domain: "https://id.gs1.org", identifier, keyQualifiers, attributes }).toWebUriString();
  const { pathname, search } = new URL(address);
  console.log(`${JSON.stringify({ ...keyQualifiers, ...attributes })}: ${address}, a browser asks for ${pathname}${search}; read: ${show(address)}`);
}
console.log(`https://id.gs1.org/01/09780345418913/10/AB%2FC: ${show("https://id.gs1.org/01/09780345418913/10/AB%2FC")}`);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
{"10":"AB1"}: https://id.gs1.org/01/09780345418913/10/AB1, a browser asks for /01/09780345418913/10/AB1; read: {"10":"AB1"}
{"10":"AB/C"}: https://id.gs1.org/01/09780345418913/10/AB/C, a browser asks for /01/09780345418913/10/AB/C; read: Must contain at least the identifier
{"21":"#1"}: https://id.gs1.org/01/09780345418913/21/#1, a browser asks for /01/09780345418913/21/; read: {"21":"#1"}
{"21":"a?b"}: https://id.gs1.org/01/09780345418913/21/a?b, a browser asks for /01/09780345418913/21/a?b; read: {"21":"a"}
{"10":"100%"}: https://id.gs1.org/01/09780345418913/10/100%, a browser asks for /01/09780345418913/10/100%; read: URI malformed
{"x":"a&b=c"}: https://id.gs1.org/01/09780345418913?x=a&b=c, a browser asks for /01/09780345418913?x=a&b=c; read: {"x":"a","b":"c"}
https://id.gs1.org/01/09780345418913/10/AB%2FC: {"10":"AB%2FC"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
