#!/bin/bash
# @ldapjs/dn: OU=R\+D is read as OU=R: a plus sign or a blank that is escaped is taken for a hexadecimal digit.
#
# Versions: @ldapjs/dn 1.1.0, ldapjs 2.3.3 to compare with (npm), Node.js.
# Expected: RFC 4514, section 2.4: a plus sign, and a blank at the start, are escaped with a backslash. Section 3: pair = ESC ( ESC /
#   special / hexpair ), where hexpair is two hexadecimal digits, and neither the plus sign nor the blank is one.
# Seen: DN.fromString() reads R\+D as "R", A\+E as "A" and U+000E, Jo\+Al as "Jo", a line feed, and "l", and "\ abc", with a blank at the
#   start, as "bc": the sign and what follows it are one number, if that is a digit or a letter from A to F. C\+\+ is right. ldapjs 2 reads
#   each of them right.
# Why it matters: ldapjs 3 parses each name with this package. OU=R\+D is what servers send for the department of research and development:
#   nobody in it is found again under the name that came.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @ldapjs/dn@1.1.0 ldapjs@2.3.3 >npm.log 2>&1

cat > find.js <<'JS'
const { DN } = require("@ldapjs/dn");
const { parseDN } = require("ldapjs");

for (const name of ["OU=R\\,D,O=x", "OU=R\\+D,O=x", "OU=A\\+E,O=x", "OU=Jo\\+Al,O=x", "OU=\\ abc,O=x", "OU=C\\+\\+,O=x"]) {
  const right = parseDN(name).rdns[0].attrs.ou.value;
  const seen = DN.fromString(name).rdnAt(0).getValue("OU");
  console.log(`${name}: ldapjs 2 ${JSON.stringify(right)}, @ldapjs/dn ${JSON.stringify(seen)} (${Buffer.from(seen).toString("hex")})`);
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
OU=R\,D,O=x: ldapjs 2 "R,D", @ldapjs/dn "R,D" (522c44)
OU=R\+D,O=x: ldapjs 2 "R+D", @ldapjs/dn "R" (52)
OU=A\+E,O=x: ldapjs 2 "A+E", @ldapjs/dn "A\u000e" (410e)
OU=Jo\+Al,O=x: ldapjs 2 "Jo+Al", @ldapjs/dn "Jo\nl" (4a6f0a6c)
OU=\ abc,O=x: ldapjs 2 " abc", @ldapjs/dn "bc" (6263)
OU=C\+\+,O=x: ldapjs 2 "C++", @ldapjs/dn "C++" (432b2b)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
