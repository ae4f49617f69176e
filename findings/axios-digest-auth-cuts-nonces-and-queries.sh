#!/bin/bash
# Three packages for digest logins with axios cut the server's nonce at its "=" and the request's query at its "?"; digest-header cuts passwords at ":".
#
# Versions: @mhoc/axios-digest-auth 0.8.0, @acidemic/axios-digest-auth 0.9.9, @lukesthl/ts-axios-digest-auth 1.0.5, digest-header 1.1.0 (npm),
#   Node.js; Python 3.11's urllib.request for comparison.
# Expected: RFC 7616, section 3.3: of nonce, "It is advised that this string be Base64 or hexadecimal data"; opaque is returned
#   unchanged. Section 3.4: uri is the request's target, with its query (RFC 9112, section 3.2). Passwords have any letters.
# Seen: a server that computes what the RFC says lets Python in. The three with axios fail there: of the nonce "czE6MTIzNA==" they return
#   "czE6MTIzNA", of /list?page=2 the uri "/list". Without query and with a nonce in hexadecimal digits they are let in, two of
#   them without the opaque. digest-header fails if the password is "a:b".
# Why it matters: Apache's nonces are base64, and cameras, phones and NAS boxes ask for digest, over HTTPS too. The answer is 401, as for a wrong
#   password.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @mhoc/axios-digest-auth@0.8.0 @acidemic/axios-digest-auth@0.9.9 \
    @lukesthl/ts-axios-digest-auth@1.0.5 digest-header@1.1.0 >npm.log 2>&1

cat > client.py <<'PY'
import sys
import urllib.request

url, password = sys.argv[1:]
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, "user", password)
opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
try:
    opener.open(url).read()
except urllib.error.HTTPError:
    sys.exit(1)
PY
cat > find.js <<'JS'
const { execFile } = require("child_process");
const { createHash } = require("crypto");
const http = require("http");
const digestHeader = require("digest-header");

const md5 = (text) => createHash("md5").update(text).digest("hex");
let nonce;
let password;
let last;

// Lets in who knows the password, with what RFC 7616 has; notes what was wrong.
const server = http.createServer((request, response) => {
  const given = {};
  for (const [, name, quoted, plain] of (request.headers.authorization ?? "").matchAll(/(\w+)=(?:"([^"]*)"|([^",\s]+))/g)) given[name] = quoted ?? plain;
  if (given.response) {
    const key = `${md5(`user:staff:${password}`)}:${nonce}:${given.nc}:${given.cnonce}:auth:${md5(`${request.method}:${request.url}`)}`;
    const wrong = [];
    if (given.nonce !== nonce) wrong.push(`nonce ${given.nonce}`);
    if (given.uri !== request.url) wrong.push(`uri ${given.uri}`);
    if (given.opaque !== "abc") wrong.push(`opaque ${given.opaque}`);
    const right = given.response === md5(key);
    last = `${right ? "let in" : "refused"}${wrong.length ? `; ${wrong.join(", ")}` : ""}`;
    if (right) return response.end();
  }
  response.writeHead(401, { "WWW-Authenticate": `Digest realm="staff", nonce="${nonce}", qop="auth", opaque="abc"` });
  response.end();
});

async function plain(url) {
  const first = await fetch(url);
  const { pathname, search } = new URL(url);
  const header = digestHeader("GET", pathname + search, first.headers.get("www-authenticate"), `user:${password}`);
  await fetch(url, { headers: { authorization: header } });
}
function axios(name) {
  const module = require(name);
  const Client = module.AxiosDigestAuth ?? module.default;
  return (url) => new Client({ username: "user", password }).request({ method: "GET", url });
}
const clients = {
  Python: (url) => new Promise((resolve) => execFile("python3", ["client.py", url, password], resolve)),
  "@mhoc": axios("@mhoc/axios-digest-auth"),
  "@acidemic": axios("@acidemic/axios-digest-auth"),
  "@lukesthl": axios("@lukesthl/ts-axios-digest-auth"),
  "digest-header": plain,
};
server.listen(0, "127.0.0.1", async () => {
  for (const [path, given, secret] of [
    ["/list", "0123456789abcdef", "secret"],
    ["/list", "czE6MTIzNA==", "secret"],
    ["/list?page=2", "0123456789abcdef", "secret"],
    ["/list", "0123456789abcdef", "a:b"],
  ]) {
    nonce = given;
    password = secret;
    console.log(`${path}, nonce ${nonce}, password ${password}`);
    for (const [name, connect] of Object.entries(clients)) {
      last = "no credentials";
      await Promise.resolve(connect(`http://127.0.0.1:${server.address().port}${path}`)).catch(() => {});
      console.log(`  ${name}: ${last}`);
    }
  }
  server.close();
});
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
/list, nonce 0123456789abcdef, password secret
  Python: let in
  @mhoc: let in; opaque undefined
  @acidemic: let in
  @lukesthl: let in; opaque undefined
  digest-header: let in
/list, nonce czE6MTIzNA==, password secret
  Python: let in
  @mhoc: refused; nonce czE6MTIzNA, opaque undefined
  @acidemic: refused; nonce czE6MTIzNA
  @lukesthl: refused; nonce czE6MTIzNA, opaque undefined
  digest-header: let in
/list?page=2, nonce 0123456789abcdef, password secret
  Python: let in
  @mhoc: refused; uri /list, opaque undefined
  @acidemic: refused; uri /list
  @lukesthl: refused; uri /list, opaque undefined
  digest-header: let in
/list, nonce 0123456789abcdef, password a:b
  Python: let in
  @mhoc: let in; opaque undefined
  @acidemic: let in
  @lukesthl: let in; opaque undefined
  digest-header: refused
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
