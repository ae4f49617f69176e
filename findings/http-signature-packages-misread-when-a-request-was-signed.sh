#!/bin/bash
# @misskey-dev/node-http-message-signatures: of created=1402170695 "1" is left; @digitalbazaar/http-signature-header refuses such a header.
#
# Versions: @misskey-dev/node-http-message-signatures 0.0.10, @digitalbazaar/http-signature-header 5.0.1, @peertube/http-signature 1.7.0 to
#   compare with (npm), Node.js.
# Expected: draft-cavage-http-signatures-12, which all three are for, section 2.1.4: created is "a Unix timestamp integer value", and in the
#   examples it is a number without quotation marks.
# Seen: parseDraftRequestSignatureHeader() gives created "1" for whatever number it is. parseSignatureHeader() of the other says "bad param
#   format" to a number without quotation marks. @peertube/http-signature reads it.
# Why it matters: servers of the Fediverse sign their requests in this way. The signature covers the time of creation, so that with "1"
#   nothing signed can be found right, and the other refuses the request unread.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @misskey-dev/node-http-message-signatures@0.0.10 \
  @digitalbazaar/http-signature-header@5.0.1 @peertube/http-signature@1.7.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { parseSignatureHeader } from "@digitalbazaar/http-signature-header";
import { parseDraftRequestSignatureHeader } from "@misskey-dev/node-http-message-signatures";
import signature from "@peertube/http-signature";

const right = (header) => {
  const request = { method: "GET", url: "/", httpVersion: "1.1", headers: { host: "example.org", authorization: `Signature ${header}` } };
  return signature.parseRequest(request, { clockSkew: 300, headers: ["host"] }).params;
};
const now = Math.floor(Date.now() / 1000);
for (const [what, header] of [
  ["as all read it", 'keyId="k",algorithm="hs2019",headers="host",signature="aGVsbG8="'],
  ["a number", `keyId="k",algorithm="hs2019",created=${now},headers="(created) host",signature="aGVsbG8="`],
]) {
  console.log(what);
  for (const [name, read] of [
    ["@peertube/http-signature", right],
    ["@misskey-dev/node-http-message-signatures", parseDraftRequestSignatureHeader],
    ["@digitalbazaar/http-signature-header", (value) => parseSignatureHeader(`Signature ${value}`).params],
  ]) {
    let seen;
    try {
      const { keyId, created } = read(header);
      seen = `keyId ${keyId}, created ${Number(created) === now ? "as it is" : JSON.stringify(created)}`;
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
as all read it
  @peertube/http-signature: keyId k, created undefined
  @misskey-dev/node-http-message-signatures: keyId k, created undefined
  @digitalbazaar/http-signature-header: keyId k, created undefined
a number
  @peertube/http-signature: keyId k, created as it is
  @misskey-dev/node-http-message-signatures: keyId k, created "1"
  @digitalbazaar/http-signature-header: bad param format
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
