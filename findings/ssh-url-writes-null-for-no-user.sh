#!/bin/bash
# ssh-url: an address without a user is written "null@HOST", an absolute path becomes a relative one, IPv6 addresses lose their brackets.
#
# Versions: ssh-url 0.1.5 (npm), Node.js.
# Expected: ssh(1): the user is optional, and then the local one; scp(1) and git-clone(1): "[user@]host:/path" is absolute, "host:path"
#   begins in the home directory, and an IPv6 address stands in brackets. Its documentation: format() "takes a parsed SSH URL object, and
#   returns a formatted URL string"; that ports are left out is documented.
# Seen: format(parse(X)) makes ssh://null@example.org/a of ssh://example.org/a, null@example.org:a.git of example.org:a.git, and
#   jo@example.org:srv/a.git of jo@example.org:/srv/a.git. Of ssh://jo@[2001:db8::1]/a.git it makes ssh://jo@2001:db8::1/a.git, in which
#   no host can be told from a port. jo@[2001:db8::1]:a.git is refused as "Invalid URL".
# Why it matters: a tool that reads an address and writes it back logs in as somebody called null, and finds no repository outside of the
#   home directory.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts ssh-url@0.1.5 >npm.log 2>&1

cat > find.cjs <<'JS'
const url = require("ssh-url");

const ADDRESSES = [
  "jo@example.org:a.git",
  "example.org:a.git",
  "ssh://example.org/a",
  "jo@example.org:/srv/a.git",
  "ssh://jo@[2001:db8::1]/a.git",
  "jo@[2001:db8::1]:a.git",
];
for (const address of ADDRESSES) {
  let written;
  try {
    written = url.format(url.parse(address));
  } catch (error) {
    written = `${error.name}: ${error.message}`;
  }
  console.log(`${address} -> ${written}`);
}
JS
timeout 60 node --no-deprecation find.cjs | tee seen
cat > expected <<'TEXT'
jo@example.org:a.git -> jo@example.org:a.git
example.org:a.git -> null@example.org:a.git
ssh://example.org/a -> ssh://null@example.org/a
jo@example.org:/srv/a.git -> jo@example.org:srv/a.git
ssh://jo@[2001:db8::1]/a.git -> ssh://jo@2001:db8::1/a.git
jo@[2001:db8::1]:a.git -> TypeError: Invalid URL
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
