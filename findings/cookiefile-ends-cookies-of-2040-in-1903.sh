#!/bin/bash
# cookiefile: a cookie that is valid until 2040 has ended in 1903, and cookies.txt (npm) leaves out all HttpOnly cookies, as sessions are.
#
# Versions: cookiefile 1.0.10, cookies.txt 0.1.2 (npm), Node.js; Python 3.11's http.cookiejar for comparison.
# Expected: the file format of Netscape, curl and Wget: seven fields with tabs between them, of which the fifth is seconds since 1970, and the sixth and
#   seventh are name and value; lines that begin with "#HttpOnly_" are cookies, other lines with "#" are comments (curl's HTTP-COOKIES.md).
# Seen: of 2208988800, the start of 2040, cookiefile makes -2085978496, in 1903. cookies.txt finds three cookies of four: the one with #HttpOnly_ is missing,
#   and the value "light blue" ends at its blank. Python reads all four as they are.
# Why it matters: what curl has stored after a login over HTTPS is not sent again, or thrown away as old, and the server asks for a login.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cookiefile@1.0.10 cookies.txt@0.1.2 >npm.log 2>&1
printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' >cookies \
    .example.com TRUE / TRUE 2147483647 lasting 1 \
    '#HttpOnly_.example.com' TRUE / TRUE 2147483647 session 2 \
    .example.com TRUE / TRUE 2208988800 until2040 3 \
    .example.com TRUE / TRUE 2147483647 theme 'light blue'
sed -i '1i # Netscape HTTP Cookie File' cookies

cat > find.js <<'JS'
const { CookieMap } = require("cookiefile");
const cookiesTxt = require("cookies.txt");

const show = (list) => list.map((fields) => fields.join(" ")).join(", ");
const seen = [...new CookieMap(`${__dirname}/cookies`).values()];
console.log("cookiefile:", show(seen.map(({ cookieName, value, expire }) => [cookieName, value, expire])));
const log = console.log;
console.log = () => {};
cookiesTxt.parse(`${__dirname}/cookies`, (cookies) => {
  log("cookies.txt:", show(cookies.map(({ name, value, expires }) => [name, value, expires / 1000])));
});
JS
cat > find.py <<'PY'
import http.cookiejar

jar = http.cookiejar.MozillaCookieJar("cookies")
jar.load()
print("Python:", ", ".join(f"{cookie.name} {cookie.value} {cookie.expires}" for cookie in jar))
PY
timeout 60 node find.js | tee seen
python3 find.py | tee -a seen
cat > expected <<'TEXT'
cookiefile: lasting 1 2147483647, session 2 2147483647, until2040 3 -2085978496, theme light blue 2147483647
cookies.txt: lasting 1 2147483647, until2040 3 2208988800, theme light 2147483647
Python: lasting 1 2147483647, session 2 2147483647, until2040 3 2208988800, theme light blue 2147483647
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
