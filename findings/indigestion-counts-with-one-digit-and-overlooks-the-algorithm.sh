#!/bin/bash
# indigestion: its Digest headers have no commas and one digit of nc for eight, and an algorithm without quotes is overlooked.
#
# Versions: indigestion 0.4.0, digest-fetch 3.1.1 to compare with (npm), Node.js.
# Expected: RFC 7616, sections 3.3 and 3.9: a challenge has algorithm=MD5-sess, without quotation marks; section 3.4: the parameters stand
#   with commas between them, nc has exactly eight digits (8LHEX), and algorithm has no quotation marks; section 3.4.2: with MD5-sess the
#   nonces of server and client are part of A1. RFC 9110, section 11.4: parameters are a list with commas.
# Seen: a header without one comma, and algorithm="MD5" for a challenge with algorithm=MD5-sess. The counter behind "00000000" is nc=1, the
#   next one nc=2. The response is that of plain MD5. The one of digest-fetch is what the RFC computes, with commas and eight digits.
# Why it matters: servers that keep to MD5-sess, or that read eight digits, answer 401 again and again for the right password.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts indigestion@0.4.0 digest-fetch@3.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createHash } from "crypto";
import DigestClient from "digest-fetch";
import { findNonceCount, generateDigestAuth } from "indigestion";

const md5 = (text) => createHash("md5").update(text).digest("hex");
// What RFC 7616 computes for this user, with the nonce of the client and the counter that the header names.
const right = (header) => {
  const cnonce = /cnonce="?([^",]*)/.exec(header)[1];
  const a1 = md5(`${md5("jo:example.org:secret")}:n1:${cnonce}`);
  return md5(`${a1}:n1:${/nc=(\w+)/.exec(header)[1]}:${cnonce}:auth:${md5("GET:/a")}`);
};
const challenge = 'Digest realm="example.org", qop="auth", nonce="n1", algorithm=MD5-sess';
const mine = { method: "GET", username: "jo", password: "secret", uri: "/a", cnonce: "c1" };
const first = generateDigestAuth({ ...mine, authenticateHeader: challenge, nc: "00000000" });
const second = generateDigestAuth({ ...mine, authenticateHeader: challenge, nc: findNonceCount(first) });
for (const header of [first, second]) console.log(`${header}\n  by the RFC: ${/response="(\w+)"/.exec(header)[1] === right(header)}`);

const other = new DigestClient("jo", "secret", { algorithm: "MD5-sess" });
other.parseAuth(challenge);
const header = other.addAuth("http://example.org/a", { method: "GET" }).headers.Authorization;
const hidden = header.replace(/cnonce="\w+"/, 'cnonce="..."').replace(/response="\w+"/, 'response="..."');
console.log(`digest-fetch: ${hidden}\n  by the RFC: ${/response="(\w+)"/.exec(header)[1] === right(header)}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Digest username="jo" realm="example.org" nonce="n1" uri="/a" algorithm="MD5" qop=auth nc=1 cnonce="c1" response="f939a747b0ed9e73db20ca203ab00153"
  by the RFC: false
Digest username="jo" realm="example.org" nonce="n1" uri="/a" algorithm="MD5" qop=auth nc=2 cnonce="c1" response="ae334125d4707d7eb7532102d5a01285"
  by the RFC: false
digest-fetch: Digest username="jo",realm="example.org",nonce="n1",uri="/a",qop=auth,algorithm=MD5-sess,response="...",nc=00000001,cnonce="..."
  by the RFC: true
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
