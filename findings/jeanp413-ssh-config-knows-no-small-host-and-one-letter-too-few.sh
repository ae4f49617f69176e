#!/bin/bash
# @jeanp413/ssh-config: below "host db", in small letters, no option counts, and "Host web?" is for "web" too.
#
# Versions: @jeanp413/ssh-config 4.3.1 (npm), Node.js. OpenSSH's ssh -G gives what is expected.
# Expected: ssh_config(5): "keywords are case-insensitive and arguments are case-sensitive"; PATTERNS: "?" is "a wildcard that matches exactly one character".
# Seen: compute("db") has no port and the option "host" = "db", which every other host gets as well; "port 3333" is lost. compute("web") has port 2222 of
#   "Host web?", where ssh has 22. With "Host db" and "Port 3333" the first is right.
# Why it matters: editors that connect with it, through extensions, go to port 22 with the wrong user, while ssh on the command line works.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @jeanp413/ssh-config@4.3.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const module = createRequire(import.meta.url)("@jeanp413/ssh-config");
const SSHConfig = module.default ?? module;

const tell = (text, ...hosts) => {
  console.log(JSON.stringify(text));
  for (const host of hosts) {
    const { Host, ...options } = SSHConfig.parse(text).compute(host);
    console.log(`  ${host}: ${JSON.stringify(options)}`);
  }
};
tell("Host db\n  Port 3333\n", "db", "other");
tell("host db\n  port 3333\n", "db", "other");
tell("Host web?\n  Port 2222\n", "web1", "web", "web12");
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
"Host db\n  Port 3333\n"
  db: {"Port":"3333"}
  other: {}
"host db\n  port 3333\n"
  db: {"host":"db"}
  other: {"host":"db"}
"Host web?\n  Port 2222\n"
  web1: {"Port":"2222"}
  web: {"Port":"2222"}
  web12: {}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
