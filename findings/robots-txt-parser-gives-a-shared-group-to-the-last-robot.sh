#!/bin/bash
# robots-txt-parser: rules for two robots hold for the last one only, a second group replaces the first, and a path is forbidden wherever it
#   stands.
#
# Versions: robots-txt-parser 2.0.3 (npm), Node.js; urllib.robotparser of Python 3.11 to compare with.
# Expected: RFC 9309, section 2.2.1: a group has one or more user-agent lines and then its rules; if there are several groups for a robot
#   "the matching groups' rules MUST be combined"; section 2.2.2: a rule's path is compared with the beginning of the path that is asked
#   for.
# Seen: of "User-agent: alpha", "User-agent: beta", "Disallow: /private" alpha may visit /private/a. Of two groups for alpha the first one's
#   rules are gone. "Disallow: /login" forbids /help/login-problems and /a?back=/login too. Python has the first and the last as the RFC.
# Why it matters: crawlers visit what was forbidden to them by name, and get the sites that use them blocked; and leave out pages that they
#   may have.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts robots-txt-parser@2.0.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { execFileSync } from "child_process";
import parser from "robots-txt-parser";

const PYTHON = `import sys, urllib.robotparser as r
p = r.RobotFileParser(); p.parse(sys.argv[3].splitlines()); print(p.can_fetch(sys.argv[1], sys.argv[2]))`;
const shared = "User-agent: alpha\nUser-agent: beta\nDisallow: /private\n";
const twice = "User-agent: alpha\nDisallow: /private\n\nUser-agent: beta\nDisallow: /b\n\nUser-agent: alpha\nDisallow: /old\n";
const login = "User-agent: alpha\nDisallow: /login\n";
for (const [name, text, agent, path] of [
  ["shared", shared, "alpha", "/private/a"],
  ["shared", shared, "beta", "/private/a"],
  ["two groups", twice, "alpha", "/private/a"],
  ["two groups", twice, "alpha", "/old/a"],
  ["one rule", login, "alpha", "/login/a"],
  ["one rule", login, "alpha", "/help/login-problems"],
  ["one rule", login, "alpha", "/a?back=/login"],
]) {
  const url = `http://example.org${path}`;
  const robots = parser({ userAgent: agent });
  robots.parseRobots("http://example.org", text);
  const right = execFileSync("python3", ["-c", PYTHON, agent, url, text], { timeout: 20000 }).toString().trim();
  console.log(`${name}: ${agent} may visit ${path}: ${robots.canCrawlSync(url)}; Python: ${right}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
shared: alpha may visit /private/a: true; Python: False
shared: beta may visit /private/a: false; Python: False
two groups: alpha may visit /private/a: true; Python: False
two groups: alpha may visit /old/a: false; Python: True
one rule: alpha may visit /login/a: false; Python: False
one rule: alpha may visit /help/login-problems: false; Python: True
one rule: alpha may visit /a?back=/login: false; Python: True
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
