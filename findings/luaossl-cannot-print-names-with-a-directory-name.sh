#!/bin/bash
# luaossl: of a certificate with a directory name among its alternative names these cannot be printed: "attempt to concatenate a X509_NAME* value".
#
# Versions: luaossl 20220711 (Debian 12: lua-luaossl 20220711-1), Lua 5.4. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: an alternative name may be a directory name. luaossl has DirName among the types of its altname, with an
#   openssl.x509.name for a value, and that has a text of its own for tostring().
# Seen: for localhost and 127.0.0.1, tostring(certificate:getSubjectAlt()) is "DNS:localhost, IP:127.0.0.1". With a directory name behind them
#   pairs() gives all three, and tostring(), and so print(), is an error. tostring() of the value alone is right.
# Why it matters: a program that logs the names of its peers stops at the first such peer. Go through pairs(), with tostring() for each value.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lua-luaossl=20220711-1 lua5.4=5.4.4-3+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
cat > openssl.cnf <<'CNF'
[req]
distinguished_name = subject
[subject]
[directory]
C = DE
CN = example
CNF
certificate() {
    openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
        -addext "subjectAltName=$2" -keyout key.pem -out "$1.pem" 2>openssl.log
}
certificate plain DNS:localhost,IP:127.0.0.1
certificate directory DNS:localhost,IP:127.0.0.1,dirName:directory

cat > find.lua <<'LUA'
package.path = "usr/share/lua/5.4/?.lua"
package.cpath = "usr/lib/x86_64-linux-gnu/lua/5.4/?.so"
local x509 = require "openssl.x509"
require "openssl.x509.altname" -- without it the text is "GENERAL_NAMES*" and a number
for _, name in ipairs { "plain", "directory" } do
    local file = assert(io.open(name .. ".pem"))
    local names = x509.new(file:read "a"):getSubjectAlt()
    file:close()
    for kind, value in pairs(names) do
        print(name, kind, tostring(value))
    end
    local _, text = pcall(tostring, names)
    print(name, (text:gsub("^.*: attempt", "attempt")))
end
LUA
usr/bin/lua5.4 find.lua | tee seen
tr -d '\t' <seen >plain
cat > expected <<'TEXT'
plainDNSlocalhost
plainIP127.0.0.1
plainDNS:localhost, IP:127.0.0.1
directoryDNSlocalhost
directoryIP127.0.0.1
directoryDirName/C=DE/CN=example
directoryattempt to concatenate a X509_NAME* value (local 'v')
TEXT
diff expected plain || { echo "CHANGED: see above"; exit 1; }
