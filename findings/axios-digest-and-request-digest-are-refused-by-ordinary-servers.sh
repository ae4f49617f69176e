#!/bin/bash
# axios-digest, request-digest: the one cannot answer a challenge without opaque or qop, or with a comma in its realm; the other cuts the
# realm there, and reckons without qop as if there were one.
#
# Versions: axios-digest 0.3.0, request-digest 1.0.13 (npm), Node.js; curl (7.88.1, as Debian 12 has it) to compare with.
# Expected: RFC 7616, section 3.3: a challenge has a realm and a nonce, quoted strings; opaque need not be there. RFC 2617, section 3.2.2.1:
#   without qop the response is KD(H(A1), nonce ":" H(A2)).
# Seen: axios-digest throws "Auth params error." for a challenge without opaque, one without qop, and one with realm="Camera, door".
#   request-digest answers the third for realm="Camera", and one without qop with a wrong response; both times the server refuses it.
# Why it matters: cameras and routers send challenges in each of these ways. The password is right, and the client says that it is not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts axios-digest@0.3.0 request-digest@1.0.13 >npm.log 2>&1

cat > find.js <<'JS'
const { execFile } = require("child_process");
const crypto = require("crypto");
const http = require("http");
const { default: AxiosDigest } = require("axios-digest");
const requestDigest = require("request-digest");

const md5 = (text) => crypto.createHash("md5").update(text).digest("hex");
function parameters(header) {
  return Object.fromEntries([...header.matchAll(/(\w+)=(?:"([^"]*)"|([^",\s]+))/g)].map(([, name, quoted, token]) => [name, quoted ?? token]));
}

let challenge;
let verdict;
const server = http.createServer((request, response) => {
  const { authorization } = request.headers;
  if (!authorization) {
    response.writeHead(401, { "WWW-Authenticate": challenge }).end();
    return;
  }
  const asked = parameters(challenge);
  const said = parameters(authorization);
  const middle = said.qop ? `${said.nonce}:${said.nc}:${said.cnonce}:${said.qop}` : said.nonce;
  const right = md5(`${md5(`jo:${asked.realm}:secret`)}:${middle}:${md5(`${request.method}:${said.uri}`)}`);
  const changed = ["realm", "nonce", "opaque"].filter((name) => said[name] !== asked[name]);
  verdict = said.response !== right ? "wrong response" : "right response";
  if (changed.length) verdict += `, ${changed.map((name) => `${name} "${said[name]}"`).join(", ")}`;
  response.writeHead(said.response === right && !changed.length ? 200 : 403).end("hello");
});
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  const clients = {
    curl: () => new Promise((resolve) => execFile("curl", ["-s", "--digest", "-u", "jo:secret", `http://127.0.0.1:${port}/a`], resolve)),
    "axios-digest": () => new AxiosDigest("jo", "secret").get(`http://127.0.0.1:${port}/a`),
    "request-digest": () => requestDigest("jo", "secret").requestAsync({ host: "http://127.0.0.1", path: "/a", port, method: "GET" }),
  };
  for (challenge of [
    'Digest realm="Camera", nonce="abc", opaque="b3Bh", qop="auth"',
    'Digest realm="Camera", nonce="abc", qop="auth"',
    'Digest realm="Camera, door", nonce="abc", opaque="b3Bh", qop="auth"',
    'Digest realm="Camera", nonce="abc", opaque="b3Bh"',
  ]) {
    console.log(challenge);
    for (const [name, get] of Object.entries(clients)) {
      verdict = "no answer";
      let error = "";
      await get().catch((each) => {
        error = each.message && verdict === "no answer" ? ` (${each.message.trim()})` : "";
      });
      console.log(`  ${name}: ${verdict}${error}`);
    }
  }
  process.exit(0);
});
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
Digest realm="Camera", nonce="abc", opaque="b3Bh", qop="auth"
  curl: right response
  axios-digest: right response
  request-digest: right response
Digest realm="Camera", nonce="abc", qop="auth"
  curl: right response
  axios-digest: no answer (Auth params error.)
  request-digest: right response
Digest realm="Camera, door", nonce="abc", opaque="b3Bh", qop="auth"
  curl: right response
  axios-digest: no answer (Auth params error.)
  request-digest: wrong response, realm "Camera"
Digest realm="Camera", nonce="abc", opaque="b3Bh"
  curl: right response
  axios-digest: no answer (Auth params error.)
  request-digest: wrong response
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
