#!/bin/bash
# drachtio-mw-digest-auth: with the realm "Example, Inc." nobody can register: it sends that realm and reads "Example" in the answer.
#
# Versions: drachtio-mw-digest-auth 0.3.3, drachtio-srf 5.0.29 (npm), Node.js.
# Expected: RFC 3261, section 25.1: realm is a quoted-string, in which a comma is a letter like others; RFC 2617, section 3.2.2.1: the response is made of the
#   realm as it was sent.
# Seen: the challenge has realm="Example, Inc."; the answer of a client with the right password is looked up for realm "Example", the hash is made with that,
#   and the answer is 403. With realm "example.com" it is accepted. A user name with a comma is cut as well.
# Why it matters: all telephones of a company with a comma in its name are refused, as if all passwords were wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts drachtio-mw-digest-auth@0.3.3 drachtio-srf@5.0.29 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { createHash } from "node:crypto";
const digestAuth = createRequire(import.meta.url)("drachtio-mw-digest-auth");

const md5 = (...parts) => createHash("md5").update(parts.join(":")).digest("hex");
for (const realm of ["example.com", "Example, Inc."]) {
  const seen = [];
  const middleware = digestAuth({ realm, passwordLookup: (user, of, callback) => (seen.push(`looked up in realm "${of}"`), callback(null, "secret")) });
  const request = { uri: "sip:example.com", method: "REGISTER", has: () => false };
  const challenge = await new Promise((resolve) => middleware(request, { send: (status, { headers }) => resolve(headers["WWW-Authenticate"]) }));
  seen.push(`challenge has ${/realm="[^"]*"/.exec(challenge)[0]}`);
  const [, nonce] = /nonce="([^"]*)"/.exec(challenge);
  const response = md5(md5("jo", realm, "secret"), nonce, "00000001", "abc", "auth", md5("REGISTER", "sip:example.com"));
  const answer = `Digest username="jo",realm="${realm}",nonce="${nonce}",uri="sip:example.com",qop=auth,nc=00000001,cnonce="abc",response="${response}",algorithm=MD5`;
  const again = { ...request, has: (name) => name === "Authorization", get: () => answer };
  middleware(again, { send: (status) => seen.push(`status ${status}`) }, () => seen.push("accepted"));
  console.log(seen.join("; "));
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
challenge has realm="example.com"; looked up in realm "example.com"; accepted
challenge has realm="Example, Inc."; looked up in realm "Example"; status 403
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
