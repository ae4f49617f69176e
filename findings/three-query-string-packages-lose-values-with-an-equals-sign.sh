#!/bin/bash
# min-qs, @billjs/query-string and querystringparser: a value with an equals sign is lost with its name, and "flag&b=1" is one field with the name
#   "flag&b".
#
# Versions: min-qs 1.4.0, @billjs/query-string 1.0.2, querystringparser 0.1.1 (npm), Node.js, whose URLSearchParams is to compare with.
# Expected: URL Standard, section 5.1, application/x-www-form-urlencoded parsing: each piece between "&" is split at its first "=", and without one
#   the whole is the name and the value is empty. RFC 3986, section 3.4, allows "=" in a query.
# Seen: "token=abc==&b=1" is { b: "1" } for min-qs and @billjs/query-string, the token is gone without an error; querystringparser has it. "flag&b=1"
#   is { "flag&b": "1" } in querystringparser, and { b: "1" } in the two others.
# Why it matters: tokens, cursors and signatures in base64 end in "=" every second or third time, so that some links work and others do not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts min-qs@1.4.0 @billjs/query-string@1.0.2 querystringparser@0.1.1 >npm.log 2>&1

cat > find.cjs <<'JS'
for (const query of ["a=1&b=2", "token=abc==&b=1", "next=/x?y=1&b=1", "flag&b=1"]) {
  const right = Object.fromEntries(new URLSearchParams(query));
  const seen = ["min-qs", "@billjs/query-string", "querystringparser"].map((name) => `${name} ${JSON.stringify(require(name).parse(query))}`);
  console.log(`${query}: ${seen.join(", ")}; URLSearchParams ${JSON.stringify(right)}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
a=1&b=2: min-qs {"a":"1","b":"2"}, @billjs/query-string {"a":"1","b":"2"}, querystringparser {"a":"1","b":"2"}; URLSearchParams {"a":"1","b":"2"}
token=abc==&b=1: min-qs {"b":"1"}, @billjs/query-string {"b":"1"}, querystringparser {"token":"abc==","b":"1"}; URLSearchParams {"token":"abc==","b":"1"}
next=/x?y=1&b=1: min-qs {"b":"1"}, @billjs/query-string {"y":"1","b":"1"}, querystringparser {"next":"/x?y=1","b":"1"}; URLSearchParams {"next":"/x?y=1","b":"1"}
flag&b=1: min-qs {"b":"1"}, @billjs/query-string {"b":"1"}, querystringparser {"flag&b":"1"}; URLSearchParams {"flag":"","b":"1"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
