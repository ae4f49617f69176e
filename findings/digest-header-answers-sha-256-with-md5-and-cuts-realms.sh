#!/bin/bash
# digest-header: of the realm "Doe's, upper floor" it takes "Doe", of the password "a:b" only "a", and SHA-256 it answers with MD5.
#
# Versions: digest-header 1.1.0 (npm), Node.js and its crypto.
# Expected: RFC 7616, section 3.3: realm is a quoted string, in which commas and apostrophes stand as they are; algorithm names the hash,
#   and a client that does not know it ignores the challenge; section 3.4.2: the password is taken whole; RFC 7617, section 2: in
#   "user:password" the first colon is the separator.
# Seen: the header has realm="Doe", and the response is the one for that realm. For "jo:a:b" it is the one of the password "a". For
#   algorithm=SHA-256 it is an MD5, without an algorithm. With none of these it is right.
# Why it matters: urllib, the client of egg.js, answers all challenges with it: 401 for the right password, with devices that name their
#   place in the realm, with generated passwords, and with servers that have left MD5.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts digest-header@1.1.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createHash } from "crypto";
import digest from "digest-header";

for (const [realm, password, algorithm] of [
  ["upper floor", "secret", "MD5"],
  ["Doe's, upper floor", "secret", "MD5"],
  ["upper floor", "a:b", "MD5"],
  ["upper floor", "secret", "SHA-256"],
]) {
  const challenge = `Digest realm="${realm}", qop="auth", nonce="n1", algorithm=${algorithm}`;
  const header = digest("GET", "/a", challenge, `jo:${password}`);
  const hash = (text) => createHash(algorithm.replace("-", "")).update(text).digest("hex");
  const [, nc, cnonce] = /nc=(\w+), cnonce="(\w+)"/.exec(header);
  const right = hash(`${hash(`jo:${realm}:${password}`)}:n1:${nc}:${cnonce}:auth:${hash("GET:/a")}`);
  const hidden = header.replace(/(response|cnonce)="\w+"/g, '$1="..."').replace(/nc=\w+/, "nc=...");
  console.log(`${challenge}, password ${password}\n  ${hidden}\n  right: ${header.includes(right)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Digest realm="upper floor", qop="auth", nonce="n1", algorithm=MD5, password secret
  Digest username="jo", realm="upper floor", nonce="n1", uri="/a", response="...", qop=auth, nc=..., cnonce="..."
  right: true
Digest realm="Doe's, upper floor", qop="auth", nonce="n1", algorithm=MD5, password secret
  Digest username="jo", realm="Doe", nonce="n1", uri="/a", response="...", qop=auth, nc=..., cnonce="..."
  right: false
Digest realm="upper floor", qop="auth", nonce="n1", algorithm=MD5, password a:b
  Digest username="jo", realm="upper floor", nonce="n1", uri="/a", response="...", qop=auth, nc=..., cnonce="..."
  right: false
Digest realm="upper floor", qop="auth", nonce="n1", algorithm=SHA-256, password secret
  Digest username="jo", realm="upper floor", nonce="n1", uri="/a", response="...", qop=auth, nc=..., cnonce="..."
  right: false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
