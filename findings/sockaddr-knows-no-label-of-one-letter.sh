#!/bin/bash
# sockaddr: "db.k.example.org:5432", "[::ffff:192.0.2.1]:443" and names with an underscore are no addresses for it.
#
# Versions: sockaddr 1.0.1 (npm), Node.js and its URL.
# Expected: RFC 1035, section 2.3.1, and RFC 1123, section 2.1: a label has one letter or more; RFC 4291, section 2.2: the last 32 bits of
#   an IPv6 address may be written as an IPv4 address; RFC 4007: "%" and a zone may follow. Its documentation: "Useful for configuration
#   files and setting hosts and ports in environment variables".
# Seen: "Invalid socket address" for each host that has a label of one letter anywhere but in front, for mapped and for link-local
#   addresses, and for my_service:80, as containers are named. x.example.org is read. URL has the host of all but the zone.
# Why it matters: clusters are numbered by letters (a.db.b.example.org): the program does not start there, and does everywhere else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts sockaddr@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import sockaddr from "sockaddr";

for (const text of [
  "x.example.org:5432",
  "db.k.example.org:5432",
  "example.x:80",
  "[2001:db8::1]:443",
  "[::ffff:192.0.2.1]:443",
  "[fe80::1%eth0]:443",
  "my_service:80",
]) {
  let seen;
  try {
    seen = JSON.stringify(sockaddr(text));
  } catch (error) {
    seen = error.message;
  }
  const { host } = URL.canParse(`tcp://${text}`) ? new URL(`tcp://${text}`) : {};
  console.log(`${text}: ${seen}; URL: ${host}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
x.example.org:5432: {"host":"x.example.org","port":5432}; URL: x.example.org:5432
db.k.example.org:5432: Invalid socket address db.k.example.org:5432; URL: db.k.example.org:5432
example.x:80: Invalid socket address example.x:80; URL: example.x:80
[2001:db8::1]:443: {"host":"2001:db8::1","port":443}; URL: [2001:db8::1]:443
[::ffff:192.0.2.1]:443: Invalid socket address [::ffff:192.0.2.1]:443; URL: [::ffff:c000:201]:443
[fe80::1%eth0]:443: Invalid socket address [fe80::1%eth0]:443; URL: undefined
my_service:80: Invalid socket address my_service:80; URL: my_service:80
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
