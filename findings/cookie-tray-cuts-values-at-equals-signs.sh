#!/bin/bash
# cookie-tray: the value of a cookie ends at its first "="; lightcookie reads none if one has a percent sign; simple-cookie does not read what it writes.
#
# Versions: cookie-tray 1.0.2, lightcookie 1.0.25, simple-cookie 1.0.15, cookie 1.0.2 to compare with (npm), Node.js.
# Expected: RFC 6265, section 4.1.1: "=" and "%" are among the characters of a value, and not among those of a name; so the first "=" ends
#   the name. What a package writes it reads as it was.
# Seen: cookie-tray reads "token=YWI=; state=a=1&b=2" as token "YWI" and state "a". lightcookie throws "URI malformed" at "sale=100%;
#   token=x", for each cookie of the request. simple-cookie writes the value "a b/c" as "a%20b%2Fc" and reads it as "a%20b%2Fc". cookie
#   reads all of them.
# Why it matters: tokens are in base64, with "=" at the end, and come back cut; and one cookie of another program on the same domain, or of
#   an advertisement, stops all others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cookie-tray@1.0.2 lightcookie@1.0.25 simple-cookie@1.0.15 cookie@1.0.2 >npm.log 2>&1

cat > find.js <<'JS'
const cookie = require("cookie");
const tray = require("cookie-tray");
const light = require("lightcookie");
const simple = require("simple-cookie");

const attempt = (work) => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    return error.message;
  }
};
for (const text of ["token=YWI=; state=a=1&b=2", "sale=100%; token=x"]) {
  console.log(text);
  console.log(`  cookie:      ${attempt(() => cookie.parse(text))}`);
  console.log(`  cookie-tray: ${attempt(() => tray.parse(text))}`);
  console.log(`  lightcookie: ${attempt(() => light.parse(text))}`);
}
const written = simple.stringify({ name: "path", value: "a b/c" });
console.log(`simple-cookie: ${written.split(";")[0]}`);
console.log(`  read by itself: ${simple.parse(written, "/", "example.org").value}`);
console.log(`  read by cookie: ${cookie.parse(written).path}`);
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
token=YWI=; state=a=1&b=2
  cookie:      {"token":"YWI=","state":"a=1&b=2"}
  cookie-tray: {"token":"YWI","state":"a"}
  lightcookie: {"token":"YWI=","state":"a=1&b=2"}
sale=100%; token=x
  cookie:      {"sale":"100%","token":"x"}
  cookie-tray: {"sale":"100%","token":"x"}
  lightcookie: URI malformed
simple-cookie: path=a%20b%2Fc
  read by itself: a%20b%2Fc
  read by cookie: a b/c
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
