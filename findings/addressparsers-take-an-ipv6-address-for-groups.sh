#!/bin/bash
# addressparser, emailjs-addressparser, wo-addressparser: an IPv6 address in a mail address is five groups, and a quoted name loses its quotes.
#
# Versions: addressparser 1.0.1, emailjs-addressparser 2.0.3, wo-addressparser 0.1.3, nodemailer 10.6.1 (npm), Node.js.
# Expected: RFC 5322, section 3.4.1: a domain may be a literal in brackets, inside of which a colon is a character like others; RFC 5321,
#   section 4.1.3: "[IPv6:2001:db8::1]" is an address. The local part may be a quoted string, of which the quotes are a part.
# Seen: "jo@[IPv6:2001:db8::1]" gives a group "jo@[IPv6", which has a group "2001", and so on; no address. '"jo doe"@example.org' gives the
#   address "jo doe @example.org". nodemailer, which has a later version of the same module, reads both. In angle brackets all four do.
# Why it matters: a message from or to a host without a name (monitoring, appliances, test networks) has no sender or recipient; a program
#   that goes through the groups answers to nobody.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts addressparser@1.0.1 emailjs-addressparser@2.0.3 wo-addressparser@0.1.3 \
    nodemailer@10.6.1 >npm.log 2>&1

cat > find.js <<'JS'
const parsers = {
  addressparser: require("addressparser"),
  "emailjs-addressparser": require("emailjs-addressparser").default,
  "wo-addressparser": require("wo-addressparser").parse,
  nodemailer: require("nodemailer/lib/addressparser"),
};
const addresses = ["jo@[IPv6:2001:db8::1]", '"jo doe"@example.org', '<jo@[IPv6:2001:db8::1]>, <"jo doe"@example.org>'];
const seen = {};
for (const name in parsers) {
  seen[name] = addresses.map((address) => parsers[name](address).map((entry) => entry.address ?? `group ${entry.name}`));
  console.log(`${name}: ${JSON.stringify(seen[name])}`);
}
const brackets = ["jo@[IPv6:2001:db8::1]", '"jo doe"@example.org'];
const wrong = [["group jo@[IPv6"], ["jo doe @example.org"], brackets];
const right = [[brackets[0]], [brackets[1]], brackets];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify([wrong, wrong, wrong, right]) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
