#!/bin/bash
# alt-sasl-digest-md5: with an authzid the comma before it is missing, and no server can read the answer.
#
# Versions: alt-sasl-digest-md5 1.0.2 (npm), Node.js.
# Expected: RFC 2831, section 2.1.2: digest-response is 1#( username | realm | ... | charset | authzid | ... ), a list with commas. Section 7.1:
#   values are tokens or quoted strings.
# Seen: the answer to the challenge of RFC 2831, section 4, is the RFC's (with the charset at the end). With authzid: "jo" it ends in
#   charset=utf-8authzid="jo", and without a charset in response=<32 digits>authzid="jo".
# Why it matters: who logs in for somebody else, as administrators of XMPP, LDAP and IMAP servers do, and as XMPP servers ask of each client, is
#   refused, with the right password. Leave authzid away where it is not needed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts alt-sasl-digest-md5@1.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const Mechanism = createRequire(import.meta.url)("alt-sasl-digest-md5");

const cred = { username: "chris", password: "secret", serviceType: "imap", host: "elwood.innosoft.com" };
const challenge = 'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess';
for (const [more, charset] of [[{}, ",charset=utf-8"], [{ authzid: "jo" }, ",charset=utf-8"], [{ authzid: "jo" }, ""]]) {
  const mechanism = new Mechanism({ genNonce: () => "OA6MHXh6VqTrRk" });
  const answer = mechanism.challenge(challenge + charset).response({ ...cred, ...more });
  console.log(`${JSON.stringify(more)}${charset}:\n  ${answer.replaceAll(",", ",\n  ")}`);
  if (!more.authzid) console.log("  as in RFC 2831, section 4:", answer.includes("response=d388dad90d4bbd760a152321f2143af7"));
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{},charset=utf-8:
  username="chris",
  realm="elwood.innosoft.com",
  nonce="OA6MG9tEQGm2hh",
  cnonce="OA6MHXh6VqTrRk",
  nc=00000001,
  qop=auth,
  digest-uri="imap/elwood.innosoft.com",
  response=d388dad90d4bbd760a152321f2143af7,
  charset=utf-8
  as in RFC 2831, section 4: true
{"authzid":"jo"},charset=utf-8:
  username="chris",
  realm="elwood.innosoft.com",
  nonce="OA6MG9tEQGm2hh",
  cnonce="OA6MHXh6VqTrRk",
  nc=00000001,
  qop=auth,
  digest-uri="imap/elwood.innosoft.com",
  response=6634b6b9e1df7830a3194459ecec5021,
  charset=utf-8authzid="jo"
{"authzid":"jo"}:
  username="chris",
  realm="elwood.innosoft.com",
  nonce="OA6MG9tEQGm2hh",
  cnonce="OA6MHXh6VqTrRk",
  nc=00000001,
  qop=auth,
  digest-uri="imap/elwood.innosoft.com",
  response=6634b6b9e1df7830a3194459ecec5021authzid="jo"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
