#!/bin/bash
# ssh-config-parser: one option before the first Host, and each host gets the options of the section before its own; a Host that is
# commented out is an error.
#
# Versions: ssh-config-parser 0.0.0, ssh-config 5.3.0 to compare with (npm), Node.js.
# Expected: ssh_config(5): options in front of the first Host are for all hosts; lines that begin with "#" are comments;
#   "keyword=arguments" is the same as "keyword arguments"; IdentityFile and LocalForward may be given several times and add up.
# Seen: the text is cut at whatever looks like a Host line, and hosts and options are matched by number. With "ServerAliveInterval 30" at
#   the top, web gets that alone, and db the user and the address of web. "# Host old" counts as a host, and as a section is missing then,
#   an error is raised. Without both, "User=jo" is { "": "..." }, and of two LocalForward the second is left.
# Why it matters: one line at the top of ~/.ssh/config is enough, and a program that reads it connects to web when it is asked for db.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssh-config-parser@0.0.0 ssh-config@5.3.0 >npm.log 2>&1

cat > find.js <<'JS'
const SSHConfig = require("ssh-config").default ?? require("ssh-config");
const parse = require("ssh-config-parser");

const hosts = `Host web
  HostName web.example.org
  User webmaster
Host db
  HostName db.example.org
  User postgres
`;
const files = { "plain": hosts, "an option for all": `ServerAliveInterval 30\n${hosts}`, "a comment": `# Host old\n#   Port 2222\n${hosts}` };
for (const [name, text] of Object.entries(files)) {
  console.log(name);
  for (const host of ["web", "db"]) {
    const { HostName, User } = SSHConfig.parse(text).compute(host);
    console.log(`  ssh-config:        ${host} ${HostName} ${User}`);
  }
  try {
    for (const { Host, HostName, User } of parse(text)) console.log(`  ssh-config-parser: ${Host} ${HostName} ${User}`);
  } catch (error) {
    console.log(`  ssh-config-parser: ${error.message}`);
  }
}
console.log(JSON.stringify(parse("Host web\n  User=jo\n  LocalForward 8080 [::1]:80\n  LocalForward 8081 [::1]:81\n")));
JS
timeout 60 node find.js | tee seen
cat > expected <<'TEXT'
plain
  ssh-config:        web web.example.org webmaster
  ssh-config:        db db.example.org postgres
  ssh-config-parser: web web.example.org webmaster
  ssh-config-parser: db db.example.org postgres
an option for all
  ssh-config:        web web.example.org webmaster
  ssh-config:        db db.example.org postgres
  ssh-config-parser: web undefined undefined
  ssh-config-parser: db web.example.org webmaster
a comment
  ssh-config:        web web.example.org webmaster
  ssh-config:        db db.example.org postgres
  ssh-config-parser: Cannot read properties of undefined (reading 'split')
[{"Host":"web","LocalForward":"8081 [::1]:81","":"o"}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
