#!/bin/bash
# @remix-run/headers, fresh: an entity tag with a comma is cut into two pieces, so that no condition with it is ever met.
#
# Versions: @remix-run/headers 0.21.1, fresh 2.0.0 (npm), Node.js; Werkzeug 3.1.3 (PyPI), Python 3.11.
# Expected: RFC 9110, section 8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE, and etagc includes the comma; sections 13.1.1 and 13.1.2:
#   If-Match and If-None-Match are lists of them, in which a comma inside of quotes does not separate.
# Seen: new IfMatch('"c,d"').tags is ['""c"', '"d""'], and so it is written; of 'W/"x,y"' IfNoneMatch makes ['"W/"x"', '"y""']. matches()
#   says false for the tag that was given. fresh() says false for '"c,d"' as well, and Express has it from there. Of Accept
#   'application/json;profile="a,b"' two media types are made, "application/json" and 'b"'. Werkzeug finds both tags.
# Why it matters: servers put a version and a size or an encoding into one tag, divided by a comma. Each update with If-Match is refused
#   with 412, and nothing is answered with 304: all is sent again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @remix-run/headers@0.21.1 fresh@2.0.0 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check Werkzeug==3.1.3

cat > find.mjs <<'JS'
import fresh from "fresh";
import { Accept, IfMatch, IfNoneMatch } from "@remix-run/headers";

const tags = ['"a"', '"c,d"', 'W/"x,y"'];
console.log(JSON.stringify({
  tags: tags.map((tag) => [new IfMatch(tag).tags, new IfMatch(tag).matches(tag), new IfNoneMatch(tag).matches(tag)]),
  fresh: tags.map((tag) => fresh({ "if-none-match": tag }, { etag: tag })),
  types: new Accept('application/json;profile="a,b"').mediaTypes,
}));
JS
cat > find.py <<'PY'
import json
import subprocess
import sys

from werkzeug.http import parse_etags

seen = json.loads(subprocess.run(["node", "find.mjs"], capture_output=True, text=True, check=True, timeout=30).stdout)
for tag, (tags, match, none_match), in_express in zip(['"a"', '"c,d"', 'W/"x,y"'], seen["tags"], seen["fresh"], strict=True):
    found = parse_etags(tag).contains_raw(tag)
    print(f"{tag}: {tags}, found {match} and {none_match}; fresh: {in_express}; Werkzeug: {found}")
    assert found
print("Accept:", seen["types"])
expected = {
    "tags": [[['"a"'], True, True], [['""c"', '"d""'], False, False], [['"W/"x"', '"y""'], False, False]],
    "fresh": [True, False, False],
    "types": ["application/json", 'b"'],
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
