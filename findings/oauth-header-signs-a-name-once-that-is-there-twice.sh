#!/bin/bash
# oauth-header: an address whose query has one name twice is signed as if the name were there once, so that the server refuses the request.
#
# Versions: oauth-header 1.1.0 and, to compare with, oauth-1.0a 2.2.6 (npm), Node.js.
# Expected: RFC 5849, section 3.4.1.3.1: the query gives "a list of name/value pairs", all of which are signed; 3.4.1.3.2: "If two or more parameters
#   share the same name, they are sorted by their value"; the example of section 3.4.1 has a3 twice. The package is for the "Authorization header when
#   using OAuth 1", for any address.
# Seen: for ?a3=a&a2=b the signature is that of the RFC's rules and of oauth-1.0a. For ?a3=a&a3=b, ?a3=b&a3=a and ?id=1&id=2 it is another one.
#   Letters outside ASCII, blanks, "+" and the port are treated rightly.
# Why it matters: filters and lists in an API are asked for with ids=1&ids=2; the answer is 401, "invalid signature", for these requests only, and one
#   looks for the fault in the keys.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts oauth-header@1.1.0 oauth-1.0a@2.2.6 >npm.log 2>&1

cat > find.cjs <<'JS'
const crypto = require("node:crypto");
const OAuth = require("oauth-1.0a");
const { Generator } = require("oauth-header");

const consumer = { key: "9djdj82h48djs9d2", secret: "j49sk3j29djd" };
const token = { key: "kkk9d7dh3k39sjv7", secret: "dh893hdasih9" };
const generator = new Generator(consumer.key, consumer.secret, token.key, token.secret);
const other = new OAuth({ consumer, signature_method: "HMAC-SHA1", hash_function: (text, key) => crypto.createHmac("sha1", key).update(text).digest("base64") });
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
for (const query of ["", "?a3=a&a2=b", "?a2=r%20b&c=%C3%A9", "?a3=a&a3=b", "?a3=b&a3=a", "?id=1&id=2"]) {
  const url = `http://example.com/request${query}`;
  const fields = Object.fromEntries([...generator.generateHeaderValue("GET", url).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, decodeURIComponent(value)]));
  const { oauth_signature: seen, ...rest } = fields;
  // The signature by section 3.4 of the RFC.
  const pairs = [...Object.entries(rest), ...new URL(url).searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const base = ["GET", encode("http://example.com/request"), encode(pairs.join("&"))].join("&");
  const right = crypto.createHmac("sha1", `${consumer.secret}&${token.secret}`).update(base).digest("base64");
  const third = other.getSignature({ url, method: "GET" }, token.secret, rest);
  console.log(`${url}: ${seen === right ? "right" : "wrong"}; oauth-1.0a: ${third === right ? "right" : "wrong"}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
http://example.com/request: right; oauth-1.0a: right
http://example.com/request?a3=a&a2=b: right; oauth-1.0a: right
http://example.com/request?a2=r%20b&c=%C3%A9: right; oauth-1.0a: right
http://example.com/request?a3=a&a3=b: wrong; oauth-1.0a: right
http://example.com/request?a3=b&a3=a: wrong; oauth-1.0a: right
http://example.com/request?id=1&id=2: wrong; oauth-1.0a: right
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
