#!/bin/bash
# split-host: the host "::1" is ":" with port 1, 2001:db8::1 as well, and port 65535 is a part of the host's name.
#
# Versions: split-host 2.0.0 (npm), Node.js.
# Expected: RFC 9293, section 3.1: ports are 16 bits, 0 to 65535. RFC 4291, section 2.2: an IPv6 address has colons; without brackets there is no
#   port. Its description: "Split host into hostname and port"; addresses in brackets are read.
# Seen: splitHost("localhost:65534") has port 65534, splitHost("localhost:65535") has the host "localhost:65535" and no port. splitHost("::1") gives {
#   host: ":", port: 1 }. [::1]:443 is right.
# Why it matters: a server that is to listen on "::1" listens elsewhere or fails with a name that nobody wrote; the last port, which tests like to
#   take, is looked up in the DNS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts split-host@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import net from "node:net";
const splitHost = createRequire(import.meta.url)("split-host");

for (const host of ["localhost:80", "localhost:65534", "localhost:65535", "[::1]:443", "::1", "2001:db8::1"]) {
  console.log(`${host}${net.isIPv6(host) ? " (an IPv6 address)" : ""}: ${JSON.stringify(splitHost(host))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
localhost:80: {"host":"localhost","hostname":"localhost","port":80}
localhost:65534: {"host":"localhost","hostname":"localhost","port":65534}
localhost:65535: {"host":"localhost:65535","hostname":"localhost:65535"}
[::1]:443: {"host":"::1","hostname":"::1","port":443}
::1 (an IPv6 address): {"host":":","hostname":":","port":1}
2001:db8::1 (an IPv6 address): {"host":"2001:db8:","hostname":"2001:db8:","port":1}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
