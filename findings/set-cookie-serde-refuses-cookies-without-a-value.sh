#!/bin/bash
# set-cookie-serde: a cookie that is being deleted is an error, "b=c" is passed on as "b%3Dc", and "Partitioned" is lost.
#
# Versions: set-cookie-serde 1.0.0, set-cookie-parser 3.2.3 (npm), Node.js.
# Expected: RFC 6265, section 4.1.1: cookie-value = *cookie-octet, which may be empty, and includes "=", ":", "/", "[" and "@"; section 5.2:
#   the value is what stands behind the first "=", as it is. Its documentation: deserialize a Set-Cookie header, serialize it again.
# Seen: new SetCookie("session=; Max-Age=0; Path=/") raises "Invalid value". "token=b=c" is written again as "token=b%3Dc", '"b c"' as
#   "%22b%20c%22", and "id=a:b/c@d" as "id=a%3Ab%2Fc%40d". Of "; Secure; SameSite=None; Partitioned" the last is not written.
#   set-cookie-parser gives the empty value, "b=c", and partitioned.
# Why it matters: a proxy or a server for rendering that passes cookies on cannot log anybody out; base64 tokens, which end in "=", are not
#   recognized by who set them; and third-party cookies are blocked without Partitioned.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts set-cookie-serde@1.0.0 set-cookie-parser@3.2.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import SetCookie from "set-cookie-serde";
import { parseSetCookie } from "set-cookie-parser";

const headers = [
  "plain=abc; Path=/; Secure",
  "session=; Max-Age=0; Path=/",
  "token=b=c",
  "id=a:b/c@d",
  "third=x; Secure; SameSite=None; Partitioned",
];
const attempt = (header) => {
  try {
    return String(new SetCookie(header));
  } catch (error) {
    return error.message;
  }
};
const seen = headers.map((header) => {
  const [{ value, partitioned }] = parseSetCookie(header, { decodeValues: false });
  const result = [attempt(header), value, Boolean(partitioned)];
  console.log(`${header}: ${result[0]}; set-cookie-parser: ${JSON.stringify(value)}${partitioned ? ", partitioned" : ""}`);
  return result;
});
const expected = [
  ["plain=abc; Path=/; Secure", "abc", false],
  ["Invalid value", "", false],
  ["token=b%3Dc", "b=c", false],
  ["id=a%3Ab%2Fc%40d", "a:b/c@d", false],
  ["third=x; Secure; SameSite=None", "x", true],
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node find.mjs || { echo "CHANGED: see above"; exit 1; }
