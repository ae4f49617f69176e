#!/bin/bash
# har-to-k6: two fields of a form with one name become one with a comma, and of two parameters of a query three are sent.
#
# Versions: har-to-k6 0.14.16 (npm), Node.js; Python 3.11 reads the URL and the form that the script is to send.
# Expected: HAR 1.2: queryString and postData.params are lists, in which a name may stand more than once; url is that of the request, with
#   its query. Its documentation: "Converts LI-HAR and HAR to K6 script", which is to send the same requests.
# Seen: of the params tag=x and tag=y the script posts 'tag=x%2Cy'. For the URL /a?tag=x&tag=y with both in queryString, as browsers record
#   it, it asks for /a?tag=x&tag=y&tag=y. Of a multipart form both fields are there.
# Why it matters: the load test tries another request than the one recorded; servers answer it with an error, or with less to do.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts har-to-k6@0.14.16 >npm.log 2>&1

cat > find.cjs <<'JS'
const { liHARToK6Script } = require("har-to-k6");

const tags = [{ name: "tag", value: "x" }, { name: "tag", value: "y" }];
const post = (mimeType) => ({
  request: { method: "POST", url: "https://example.org/a", headers: [], queryString: [], postData: { mimeType, params: tags } },
});
const get = { request: { method: "GET", url: "https://example.org/a?tag=x&tag=y", headers: [], queryString: tags } };
(async () => {
  const entries = [get, post("application/x-www-form-urlencoded"), post("multipart/form-data; boundary=b")];
  const { main } = await liHARToK6Script({ log: { version: "1.2", creator: { name: "example", version: "1" }, pages: [], entries } });
  console.log(main);
})();
JS
cat > find.py <<'PY'
import re
import sys
import urllib.parse

script = sys.stdin.read()
url = re.search(r"http\.get\('([^']*)'", script)[1]
form = re.search(r"http\.post\('[^']*', '([^']*)'", script)[1]
print("query:", url, urllib.parse.parse_qs(urllib.parse.urlsplit(url).query))
print("form:", form, urllib.parse.parse_qs(form))
print("multipart:", re.findall(r"append\((.*)\)", script))
PY
timeout 60 node find.cjs | python3 find.py | tee seen
cat > expected <<'TEXT'
query: https://example.org/a?tag=x&tag=y&tag=y {'tag': ['x', 'y', 'y']}
form: tag=x%2Cy {'tag': ['x,y']}
multipart: ["'tag', 'x'", "'tag', 'y'"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
