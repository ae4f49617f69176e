#!/bin/bash
# @ldapjs/filter (ldapjs 3) and ldapts: of the filters of RFC 4515 the one searches for the escapes themselves, the other for letters encoded twice.
#
# Versions: @ldapjs/filter 2.1.1, ldapjs 3.0.7, ldapts 8.2.0, asn1 0.2.6 to write (npm), Node.js.
# Expected: RFC 4515, section 3: "\" and two hexadecimal digits stand for an octet; section 4 has (cn=Lu\c4\8di\c4\87), (bin=\00\00\00\04) and
#   (filename=C:\5cMyFile) among its examples, and (1.3.6.1.4.1.1466.0=\04\02\48\69), as an attribute may be an identifier, or have options,
#   (userCertificate;binary=...).
# Seen: @ldapjs/filter sends "Lu\c4\8di\c4\87" as it is, with backslashes and digits. ldapts makes a letter of each octet, and sends each letter in
#   UTF-8, so that c4 is c3 84. Both refuse attributes that are identifiers or have options.
# Why it matters: whoever escapes what a user has entered, as one must, finds nobody with parentheses or a star in the name, with the one;
#   and the objectGUID of Active Directory, whose octets are any, with neither.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @ldapjs/filter@2.1.1 ldapjs@3.0.7 ldapts@8.2.0 asn1@0.2.6 >npm.log 2>&1

cat > find.js <<'JS'
const { BerWriter } = require("asn1");
const ldapjs = require("ldapjs");
const ldapts = require("ldapts");

function attempt(call) {
  try {
    const data = call();
    // Tag, length, and the lengths and contents of attribute and value.
    const attribute = 4 + data[3];
    return data.subarray(attribute + 2, attribute + 2 + data[attribute + 1]).toString("hex");
  } catch (error) {
    return error.message.split(":")[0];
  }
}
function viaLdapts(text) {
  const writer = new BerWriter();
  ldapts.FilterParser.parseString(text).write(writer);
  return writer.buffer;
}
const filters = {
  "(cn=Lu\\c4\\8di\\c4\\87)": "Lu\u010di\u0107",
  "(filename=C:\\5cMyFile)": "C:\\MyFile",
  "(bin=\\00\\00\\00\\04)": "\0\0\0\u0004",
  "(objectGUID=\\ff\\80)": Buffer.from("ff80", "hex"),
  "(1.3.6.1.4.1.1466.0=\\04\\02\\48\\69)": "\u0004\u0002Hi",
  "(userCertificate;binary=\\30)": "0",
};
for (const [text, value] of Object.entries(filters)) {
  console.log(text);
  console.log(`  right ${Buffer.from(value).toString("hex")}`);
  console.log(`  ldapjs ${attempt(() => ldapjs.parseFilter(text).toBer().buffer)}`);
  console.log(`  ldapts ${attempt(() => viaLdapts(text))}`);
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
(cn=Lu\c4\8di\c4\87)
  right 4c75c48d69c487
  ldapjs 4c755c63345c3864695c63345c3837
  ldapts 4c75c384c28d69c384c287
(filename=C:\5cMyFile)
  right 433a5c4d7946696c65
  ldapjs 433a5c35634d7946696c65
  ldapts 433a5c4d7946696c65
(bin=\00\00\00\04)
  right 00000004
  ldapjs 5c30305c30305c30305c3034
  ldapts 00000004
(objectGUID=\ff\80)
  right ff80
  ldapjs 5c66665c3830
  ldapts c3bfc280
(1.3.6.1.4.1.1466.0=\04\02\48\69)
  right 04024869
  ldapjs invalid expression
  ldapts Invalid expression
(userCertificate;binary=\30)
  right 30
  ldapjs invalid expression
  ldapts Invalid expression
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
