#!/bin/bash
# robots: a rule with a colon in its path, as in Wikipedia's robots.txt, is left out; and its request has no User-Agent, but a header "userAgent".
#
# Versions: robots 0.10.1 and, to compare with, robots-parser 3.0.1 (npm), Node.js.
# Expected: RFC 9309, section 2.2: rule = *WS ("allow" / "disallow") *WS ":" *WS (path-pattern / empty-pattern) EOL; path-pattern = "/"
#   *UTF8-char-noctl, colons among them. RFC 9110, section 10.1.5: User-Agent. Its documentation: "Default crawler user-agent is: Mozilla/5.0 ...".
# Seen: of "Disallow: /wiki/Special:" nothing is kept, as the line has two colons, and canFetch() says yes to /wiki/Special:Search; "Disallow: /w/"
#   works. The server gets "userAgent: RobotTxtBot/1.0" and no User-Agent.
# Why it matters: MediaWiki's pages behind "Special:" are the expensive ones: a crawler that means to behave reads all of them and is blocked for it.
#   Servers that give robots.txt by User-Agent, or refuse requests without one, do not know it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts robots@0.10.1 robots-parser@3.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import http from "node:http";
const require = createRequire(import.meta.url);
const { RobotsParser } = require("robots");
const other = require("robots-parser");

const text = "User-agent: *\nDisallow: /w/\nDisallow: /wiki/Special:\n";
const server = http.createServer((request, response) => {
  for (let i = 0; i < request.rawHeaders.length; i += 2) if (/agent/i.test(request.rawHeaders[i])) console.log(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
  response.end(text);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/robots.txt`;
await new Promise((resolve) => {
  new RobotsParser(url, "RobotTxtBot/1.0", (parser) => {
    const right = other("http://example.com/robots.txt", text);
    for (const path of ["/w/index.php", "/wiki/Special:Search", "/wiki/Paris"]) {
      console.log(`${path}: robots ${parser.canFetchSync("RobotTxtBot/1.0", path)}; robots-parser ${right.isAllowed(`http://example.com${path}`, "RobotTxtBot/1.0")}`);
    }
    resolve();
  });
});
process.exit(0);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
userAgent: RobotTxtBot/1.0
/w/index.php: robots false; robots-parser false
/wiki/Special:Search: robots true; robots-parser false
/wiki/Paris: robots true; robots-parser true
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
