#!/bin/bash
# www-authenticate, @mreal/digest-auth: a challenge with a quoted quote, or a second challenge, is an error; a realm ends at a comma.
#
# Versions: www-authenticate 0.6.3, @mreal/digest-auth 1.1.3, auth-header 1.0.0 (npm), Node.js.
# Expected: RFC 9110, section 11.6.1: WWW-Authenticate is a list of challenges; the example (that of RFC 7235, section 4.1) has two, with
#   "Login to \"apps\"" as a title; section 11.2: each value is a token or a quoted string, in which a comma is a character.
# Seen: of the RFC's example www-authenticate makes no scheme and no parameter, with err 'Unexpected token (apps\) after Login to \"'; the
#   same for 'Basic realm="Jo \"X\""'. @mreal/digest-auth reads realm="Main office, floor 2" as "Main office", so that what it hashes is
#   never right. auth-header reads the quotes and the comma.
# Why it matters: the realm is what people type in when they set up a device. Who puts a comma or a quote into it, locks these clients out.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts www-authenticate@0.6.3 @mreal/digest-auth@1.1.3 auth-header@1.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { WWW_Authenticate } = require("www-authenticate").parsers;
const { ClientDigestAuth } = require("@mreal/digest-auth");
const authHeader = require("auth-header");

const plain = 'Basic realm="Jo, X"';
const quoted = 'Basic realm="Jo \\"X\\""';
const two = 'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"'; // The example of RFC 7235.
const digest = 'Digest realm="Main office, floor 2", nonce="bm9uY2U=", qop="auth", algorithm=MD5';
const read = (header) => {
  const { scheme, parms, err } = new WWW_Authenticate(header);
  return [scheme, parms.realm ?? null, Boolean(err)];
};
const seen = [
  read(plain),
  read(quoted),
  read(two),
  authHeader.parse(quoted).params.realm,
  ClientDigestAuth.analyze(digest).realm,
  authHeader.parse(digest).params.realm,
];
const what = ["a comma", "a quote", "two challenges", "a quote, with auth-header", "a comma, with @mreal/digest-auth", "the same with auth-header"];
what.forEach((name, i) => console.log(`${name}: ${JSON.stringify(seen[i])}`));
const expected = [
  ["Basic", "Jo, X", false], ["", null, true], ["", null, true], 'Jo "X"', "Main office", "Main office, floor 2",
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
