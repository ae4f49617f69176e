#!/bin/bash
# koa-cookie and @uswitch/koa-cookie: the value of a cookie ends at its first "=", so what is in base64, or has names and values in it, comes in part.
#
# Versions: koa-cookie 1.0.0, @uswitch/koa-cookie 1.5.0, koa 3.3.0 (npm), Node.js; Python 3.11's http.client as client, its http.cookies for comparison.
# Expected: RFC 6265, section 4.1.1: "=" is one of the letters of a value. Section 5.2: the name ends at the first "=", and the rest is the value.
# Seen: of the cookie token=aGVsbG8= the middleware's value is "aGVsbG8", of user=id=7&role=2 it is "id". Koa's own cookies.get() has all of them.
# Why it matters: sessions, signatures and preferences are base64 or lists as a rule. Two times in three base64 ends in "=", and then the session is
#   not found.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts koa-cookie@1.0.0 @uswitch/koa-cookie@1.5.0 koa@3.3.0 >npm.log 2>&1

cat > server.js <<'JS'
const Koa = require("koa");

const app = new (Koa.default ?? Koa)();
const readers = ["koa-cookie", "@uswitch/koa-cookie"].map((name) => [name, require(name).default]);
app.use(async (context) => {
  const seen = {};
  for (const [name, reader] of readers) {
    await reader()(context, () => {});
    seen[name] = context.cookie;
  }
  seen.koa = { token: context.cookies.get("token"), user: context.cookies.get("user") };
  context.body = seen;
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > find.py <<'PY'
import http.client
import http.cookies
import json
import subprocess

COOKIES = "token=aGVsbG8=; user=id=7&role=2"
server = subprocess.Popen(["node", "server.js"], stdout=subprocess.PIPE, text=True)
try:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.stdout.readline()), timeout=20)
    connection.request("GET", "/", headers={"Cookie": COOKIES})
    for name, values in json.loads(connection.getresponse().read()).items():
        print(f"{name}: {values}")
    connection.close()
finally:
    server.kill()
    server.wait()
print("Python:", {name: cookie.value for name, cookie in http.cookies.SimpleCookie(COOKIES).items()})
PY
timeout 60 python3 find.py | tee seen
cat > expected <<'TEXT'
koa-cookie: {'token': 'aGVsbG8', 'user': 'id'}
@uswitch/koa-cookie: {'token': 'aGVsbG8', 'user': 'id'}
koa: {'token': 'aGVsbG8=', 'user': 'id=7&role=2'}
Python: {'token': 'aGVsbG8=', 'user': 'id=7&role=2'}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
