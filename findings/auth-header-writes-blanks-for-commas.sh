#!/bin/bash
# auth-header: of the Authorization header that it writes a server reads the first parameter, "Negotiate" is no challenge, and two challenges become one.
#
# Versions: auth-header 1.0.0, @mitmaro/http-authorization-header 1.0.0 as a reader (npm), Node.js; Python 3.11's urllib.request as another reader.
# Expected: RFC 9110, sections 11.3 and 11.4: after the scheme there is a list of parameters, with commas between them, or nothing at all;
#   WWW-Authenticate may have several challenges in one field (11.6.1). RFC 4559, section 4.1: "WWW-Authenticate: Negotiate".
# Seen: format() puts a blank between two parameters. The other reader raises an error, and for Python the second parameter is a part of the first. A
#   backslash in a value is not doubled, so the user DOM\user is "DOMuser" for Python. parse("Negotiate") ends in "Invalid scheme". Of Basic and Digest in
#   one field, parse() makes one Basic challenge, with two realms, Digest's nonce, and "Digest" as its token.
# Why it matters: logins with Digest or OAuth fail at servers that read what the RFC says, and a server that offers Negotiate cannot be
#   asked for anything.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts auth-header@1.0.0 @mitmaro/http-authorization-header@1.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { format, parse } = require("auth-header");
const other = require("@mitmaro/http-authorization-header");

function attempt(call) {
  try {
    return JSON.stringify(call());
  } catch (error) {
    return error.message;
  }
}
const written = format("Digest", undefined, { username: "DOM\\user", realm: "staff only", nonce: "abc" });
console.log("written:", written);
console.log("read by the other package:", attempt(() => other.parse(written)));
console.log("Negotiate:", attempt(() => parse("Negotiate")));
console.log("Negotiate, by the other package:", attempt(() => other.parse("Negotiate")));
console.log("two challenges:", attempt(() => parse('Basic realm="mail", Digest realm="files", nonce="abc"')));
JS
cat > find.py <<'PY'
import sys
from urllib.request import parse_http_list, parse_keqv_list

print("read by Python:", parse_keqv_list(parse_http_list(sys.stdin.readline().removeprefix("written: Digest ").rstrip("\n"))))
PY
timeout 60 node find.js | tee seen
head -n 1 seen | python3 find.py | tee -a seen
cat > expected <<'TEXT'
written: Digest username="DOM\user" realm="staff only" nonce=abc
read by the other package: Malformed value
Negotiate: Invalid scheme 
Negotiate, by the other package: {"scheme":"Negotiate","value":null,"values":[]}
two challenges: {"scheme":"Basic","params":{"realm":["mail","files"],"nonce":"abc"},"token":"Digest"}
read by Python: {'username': '"DOMuser" realm="staff only" nonce=abc'}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
