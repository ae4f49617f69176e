#!/bin/bash
# http-auth-utils and basic-auth-parser: a challenge for Basic that says its charset is refused, nonces keep their backslashes, and "basic"
# in small letters is unknown.
#
# Versions: http-auth-utils 6.0.1, basic-auth-parser 0.0.2, auth-header 1.0.0 to compare with (npm), Node.js.
# Expected: RFC 7617, section 2.1: a server may add charset="UTF-8" to its challenge, and section 2: unknown parameters "MUST be ignored".
#   RFC 9110, section 11.1: the scheme is "a case-insensitive token"; section 5.6.4: a backslash in a quoted string stands for the
#   character behind it.
# Seen: parseWWWAuthenticateHeader() raises E_UNAUTHORIZED_KEY for charset. Of the realm "a \"b\"" the backslashes stay. "basic" is
#   E_UNKNOWN_AUTH_MECHANISM, unless one switches off "strict"; basic-auth-parser gives the scheme "basic" without a user and without an
#   error. auth-header reads all of them.
# Why it matters: servers that take passwords with other letters than those of ASCII say so with charset, as Tomcat and Spring can, and a
#   client that reads the challenge with this fails before it asks for a password. Digest hashes the realm, which then is another.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-auth-utils@6.0.1 basic-auth-parser@0.0.2 auth-header@1.0.0 >npm.log 2>&1

cat > find.js <<'JS'
const { parse } = require("auth-header");
const { parseAuthorizationHeader, parseWWWAuthenticateHeader } = require("http-auth-utils");
const parseBasic = require("basic-auth-parser");

function attempt(name, read, header) {
  try {
    console.log(`  ${name}: ${JSON.stringify(read(header))}`);
  } catch (error) {
    console.log(`  ${name}: ${error.message}`);
  }
}
for (const header of ['Basic realm="a"', 'Basic realm="a", charset="UTF-8"', 'Digest realm="a \\"b\\"", qop="auth", nonce="n"']) {
  console.log(header);
  attempt("auth-header", (text) => parse(text).params, header);
  attempt("http-auth-utils", (text) => parseWWWAuthenticateHeader(text).data, header);
}
for (const header of ["Basic am86c2VjcmV0", "basic am86c2VjcmV0"]) {
  console.log(header);
  attempt("auth-header", (text) => Buffer.from(parse(text).token, "base64").toString(), header);
  attempt("http-auth-utils", (text) => parseAuthorizationHeader(text).data, header);
  attempt("basic-auth-parser", parseBasic, header);
}
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
Basic realm="a"
  auth-header: {"realm":"a"}
  http-auth-utils: {"realm":"a"}
Basic realm="a", charset="UTF-8"
  auth-header: {"realm":"a","charset":"UTF-8"}
  http-auth-utils: E_UNAUTHORIZED_KEY
Digest realm="a \"b\"", qop="auth", nonce="n"
  auth-header: {"realm":"a \"b\"","qop":"auth","nonce":"n"}
  http-auth-utils: {"realm":"a \\\"b\\\"","qop":"auth","nonce":"n"}
Basic am86c2VjcmV0
  auth-header: "jo:secret"
  http-auth-utils: {"hash":"am86c2VjcmV0","username":"jo","password":"secret"}
  basic-auth-parser: {"scheme":"Basic","username":"jo","password":"secret"}
basic am86c2VjcmV0
  auth-header: "jo:secret"
  http-auth-utils: E_UNKNOWN_AUTH_MECHANISM
  basic-auth-parser: {"scheme":"basic"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
