#!/bin/bash
# hosts-util: a hosts file as each Debian and macOS has it loses "127.0.0.1 localhost" when it is read and written, and comments and second addresses
#   are gone.
#
# Versions: hosts-util 1.0.0 (npm), Node.js.
# Expected: hosts(5): one line for each address, "IP_address canonical_hostname [aliases...]"; a name may stand in several lines, and localhost does
#   in the files that systems come with, for 127.0.0.1 and ::1. The package is to "Parse and stringify hosts file".
# Seen: parse() returns one address for each name, the last one: localhost is "::1" alone, and stringify(parse(file)) has no line with 127.0.0.1
#   localhost any more. Of two addresses for one server the first is lost. Each alias becomes a line of its own, so that the canonical name of an
#   address is another one, and comments are left out.
# Why it matters: what is read, changed and written again is /etc/hosts: programs that know IPv4 only do not find localhost afterwards. Edit the text
#   line by line.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hosts-util@1.0.0 >npm.log 2>&1

cat > find.cjs <<'JS'
const { parse, stringify } = require("hosts-util");

const file = `# made by the administrator
127.0.0.1 localhost
::1 localhost ip6-localhost
192.0.2.1 www.example.com www
192.0.2.2 www.example.com www
`;
console.log("parsed:", JSON.stringify(parse(file)));
console.log("written again:", JSON.stringify(stringify(parse(file)).split("\n")));
const addresses = (text, name) => text.split("\n").map((line) => line.replace(/#.*/, "").split(/\s+/)).filter((words) => words.includes(name, 1)).map(([address]) => address);
for (const name of ["localhost", "www.example.com"]) console.log(`${name}: before ${addresses(file, name)}; after ${addresses(stringify(parse(file)), name)}`);
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
parsed: {"localhost":"::1","ip6-localhost":"::1","www.example.com":"192.0.2.2","www":"192.0.2.2"}
written again: ["::1 localhost","::1 ip6-localhost","192.0.2.2 www.example.com","192.0.2.2 www"]
localhost: before 127.0.0.1,::1; after ::1
www.example.com: before 192.0.2.1,192.0.2.2; after 192.0.2.2
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
