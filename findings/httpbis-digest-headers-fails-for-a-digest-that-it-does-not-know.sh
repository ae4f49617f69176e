#!/bin/bash
# httpbis-digest-headers: a digest of an unknown kind beside the right one is an error; for @digitalbazaar/http-digest-header any second one is.
#
# Versions: httpbis-digest-headers 1.0.0, @digitalbazaar/http-digest-header 2.3.0 (npm), Node.js.
# Expected: RFC 9530, section 2: a Content-Digest is a Dictionary with one member or several, and "a recipient MAY ignore any or all
#   digests"; section 5: the registry of algorithms grows. RFC 3230, section 4.3.2: Digest: 1#(instance-digest), several with commas between
#   them.
# Seen: httpbis-digest-headers verifies sha-256 alone, and raises "Unsupported digest algorithm" if there is another digest beside it,
#   whether in front or behind: unixsum of the RFC's own registry, or blake3. @digitalbazaar/http-digest-header verifies "SHA-256=..." and,
#   of the same body with "SHA-512=..." beside it, says that it is not verified.
# Why it matters: servers that send two digests, for old and for new clients, are those that do it as the RFC suggests: they get errors, and
#   so does whoever begins to send a newer algorithm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts httpbis-digest-headers@1.0.0 @digitalbazaar/http-digest-header@2.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createHash } from "crypto";
import { verifyHeaderValue } from "@digitalbazaar/http-digest-header";
import digests from "httpbis-digest-headers";

const body = Buffer.from('{"hello": "world"}');
const hash = (name) => createHash(name).update(body).digest("base64");
const attempt = async (work) => {
  try {
    return JSON.stringify(await work());
  } catch (error) {
    return error.message;
  }
};
const right = `sha-256=:${hash("sha256")}:`;
for (const [what, value] of [["alone", right], ["and sha-512", `${right}, sha-512=:${hash("sha512")}:`], ["and unixsum", `${right}, unixsum=:BRs=:`],
  ["and blake3, in front", `blake3=:AAAA:, ${right}`]]) {
  console.log(`Content-Digest, ${what}: ${await attempt(() => digests.verifyContentDigest(body, value))}`);
}
for (const [what, value] of [["SHA-256", `SHA-256=${hash("sha256")}`], ["SHA-256 and SHA-512", `SHA-256=${hash("sha256")},SHA-512=${hash("sha512")}`],
  ["SHA-512 and SHA-256", `SHA-512=${hash("sha512")}, SHA-256=${hash("sha256")}`]]) {
  console.log(`Digest, ${what}: verified ${await attempt(async () => (await verifyHeaderValue({ data: body.toString(), headerValue: value })).verified)}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
Content-Digest, alone: true
Content-Digest, and sha-512: true
Content-Digest, and unixsum: Unsupported digest algorithm 'unixsum'.
Content-Digest, and blake3, in front: Unsupported digest algorithm 'blake3'.
Digest, SHA-256: verified true
Digest, SHA-256 and SHA-512: verified false
Digest, SHA-512 and SHA-256: verified false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
