#!/bin/bash
# convert-fetch-to-curl: a form (URLSearchParams) is posted as "{}", a list of headers has the header "0", and a "$" in a header is a variable of the
#   shell.
#
# Versions: convert-fetch-to-curl 0.0.4 (npm), Node.js, and the sh of Debian 12 to read the command.
# Expected: Fetch Standard: a body may be URLSearchParams, sent as application/x-www-form-urlencoded, and headers a list of pairs, a record or a
#   Headers. POSIX, Shell Command Language, section 2.2.3: within double quotation marks "$" and "`" keep their meaning. The package takes the two
#   arguments of fetch() and gives a command for curl.
# Seen: new URLSearchParams({ a: "b c" }) gives --data-binary '{}'. [["A", "b"]] gives -H "0: A,b". { "X-Price": "$5 off" } gives -H "X-Price: $5
#   off", of which sh makes "X-Price: off". An object of headers and a body of text are right, with apostrophes as well.
# Why it matters: the command is there to repeat a request, and repeats another one: logins are forms. Pass String(parameters) and
#   Object.fromEntries(headers).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts convert-fetch-to-curl@0.0.4 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const { default: convert } = require("convert-fetch-to-curl");

for (const options of [
  { method: "POST", headers: { A: "it's" }, body: "it's" },
  { method: "POST", body: new URLSearchParams({ a: "b c" }) },
  { headers: [["A", "b"]] },
  { headers: { "X-Price": "$5 off" } },
]) {
  const command = convert("https://example.com/", options);
  const words = execFileSync("sh", ["-c", `curl() { for word; do printf '%s\\n' "$word"; done; }\n${command}`], { encoding: "utf8" }).trim().split("\n");
  const { headers } = new Request("https://example.com/", { method: "GET", ...options });
  console.log(`${command}\n  curl gets: ${JSON.stringify(words)}`);
  console.log(`  fetch sends: ${JSON.stringify([...headers].filter(([name]) => name !== "content-type"))} ${options.body ?? ""}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
curl 'https://example.com/' -X POST -H "A: it's" --data-binary 'it'\''s'
  curl gets: ["https://example.com/","-X","POST","-H","A: it's","--data-binary","it's"]
  fetch sends: [["a","it's"]] it's
curl 'https://example.com/' -X POST --data-binary '{}'
  curl gets: ["https://example.com/","-X","POST","--data-binary","{}"]
  fetch sends: [] a=b+c
curl 'https://example.com/' -H "0: A,b"
  curl gets: ["https://example.com/","-H","0: A,b"]
  fetch sends: [["a","b"]] 
curl 'https://example.com/' -H "X-Price: $5 off"
  curl gets: ["https://example.com/","-H","X-Price:  off"]
  fetch sends: [["x-price","$5 off"]] 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
