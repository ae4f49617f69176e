#!/bin/bash
# http-message-parser: parts of a body begin and end with a line break too many, and one cookie of two is left.
#
# Versions: http-message-parser 0.0.34, bare-http-parser 2.1.4, multipart-formdata 1.1.0 (npm), Node.js.
# Expected: RFC 2046, section 5.1.1: an empty line ends the headers of a part, and the line break before the boundary belongs to the
#   boundary. RFC 9112, section 6: the body is octets; section 4: the reason phrase may be absent. RFC 9110, section 5.3: Set-Cookie may be
#   there several times.
# Seen: the part "one" comes as "\r\none\r\n". A body "a\r\nb\r\n" given as a Buffer comes as "a\nb\n", so that it is two octets shorter
#   than its Content-Length. Of "HTTP/1.1 200 \r\n" there is no status code. Of two Set-Cookie fields the second is left. bare-http-parser
#   reads the body, the status and both cookies, multipart-formdata the part.
# Why it matters: what is stored or hashed is not what was sent, and signatures over it fail; a login with two cookies has one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-message-parser@0.0.34 bare-http-parser@2.1.4 multipart-formdata@1.1.0 >npm.log 2>&1

cat > find.js <<'JS'
const parse = require("http-message-parser");
const BareParser = require("bare-http-parser");
const formdata = require("multipart-formdata");

function bare(octets) {
  const parts = [...new BareParser().push(octets)];
  const head = parts.find(({ type }) => type === BareParser.constants.RESPONSE);
  const body = Buffer.concat(parts.filter(({ type }) => type === BareParser.constants.DATA).map(({ data }) => data)).toString();
  return [head.code, body, [head.headers["set-cookie"]].flat().filter(Boolean).length];
}
function mine(octets) {
  const { statusCode, body, headers } = parse(octets);
  return [statusCode, String(body), [headers["Set-Cookie"]].flat().filter(Boolean).length];
}
const lines = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\na\r\nb\r\n");
const reason = Buffer.from("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx");
const parts = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\none\r\n--b--\r\n";
const message = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${parts.length}\r\n\r\n${parts}`);
const seen = {
  "lines": mine(lines),
  "lines, with bare-http-parser": bare(lines),
  "no reason": mine(reason),
  "no reason, with bare-http-parser": bare(reason),
  "part": String(parse(message).multipart[0].body),
  "part, with multipart-formdata": formdata.parse(Buffer.from(parts), "b")[0].field,
};
for (const what in seen) console.log(`${what}: ${JSON.stringify(seen[what])}`);
const expected = [[200, "a\nb\n", 1], [200, "a\r\nb\r\n", 2], [null, "x", 0], [200, "x", 0], "\r\none\r\n", "one"];
process.exit(JSON.stringify(Object.values(seen)) === JSON.stringify(expected) ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }
