#!/bin/bash
# Go's dnsstamps: DNS-over-HTTPS stamps with a port instead of an address, or with bootstrap addresses, are "Invalid", those of DNS over TLS "Unsupported".
#
# Versions: jedisct1/go-dnsstamps (Debian 12: golang-github-jedisct1-go-dnsstamps-dev 0.1.3-1), Go 1.19.8 (golang-1.19-go and -src
#   1.19.8-2), dnsstamps 1.4.0 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: the specification of DNS stamps (dnscrypt.info/stamps-specifications), which is by the same author: of DNS-over-HTTPS the address "can be an empty
#   string, or just a port number, represented with a preceding colon (:443)"; VLP(bootstrap_ip1, ...) may follow the path; plain DNS is protocol 0x00, and
#   DNS over TLS 0x03. The package has constants, and names, for these.
# Seen: NewServerStampFromString() looks for an IP address in front of the colon. Behind the path it wants the end, "garbage after end". It reads the
#   protocols 1, 2, 5, 0x81 and 0x85.
# Why it matters: servers that are known by name and have another port than 443, and those with bootstrap addresses, cannot be put into a program's list.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-jedisct1-go-dnsstamps-dev=0.1.3-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check dnsstamps==1.4.0

cat > find.py <<'PY'
import base64
import sys

import dnsstamps


def lp(text):
    return bytes([len(text)]) + text.encode()


def stamp(protocol, *parts):
    return "sdns://" + base64.urlsafe_b64encode(bytes([protocol]) + bytes(8) + b"".join(parts)).decode().rstrip("=")


STAMPS = {
    "DoH with an address": stamp(2, lp("192.0.2.1"), lp(""), lp("dns.example.org"), lp("/dns-query")),
    "DoH without an address": stamp(2, lp(""), lp(""), lp("dns.example.org"), lp("/dns-query")),
    "DoH with a port": stamp(2, lp(":8443"), lp(""), lp("dns.example.org"), lp("/dns-query")),
    "DoH with a bootstrap address": stamp(2, lp(""), lp(""), lp("dns.example.org"), lp("/dns-query"), lp("192.0.2.53")),
    "DNS over TLS": stamp(3, lp("192.0.2.1"), lp(""), lp("dns.example.org")),
    "plain DNS": stamp(0, lp("192.0.2.1")),
}
with open("stamps", "w") as file:
    for name, text in STAMPS.items():
        file.write(f"{name}|{text}\n")
        found = dnsstamps.parse(text)
        print(f"dnsstamps of PyPI, {name}:", found.protocol.name, found.address, found.hostname, found.bootstrap_ips)
PY
cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/jedisct1/go-dnsstamps"
)

func main() {
	file, _ := os.Open("stamps")
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		parts := strings.SplitN(lines.Text(), "|", 2)
		stamp, err := dnsstamps.NewServerStampFromString(parts[1])
		if err != nil {
			fmt.Printf("go-dnsstamps, %s: %v\n", parts[0], err)
		} else {
			fmt.Printf("go-dnsstamps, %s: %s %s %s\n", parts[0], stamp.Proto.String(), stamp.ServerAddrStr, stamp.ProviderName)
		}
	}
}
GO
{
    timeout 20 venv/bin/python find.py
    timeout 90 usr/lib/go-1.19/bin/go run find.go
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
dnsstamps of PyPI, DoH with an address: DOH 192.0.2.1 dns.example.org []
dnsstamps of PyPI, DoH without an address: DOH  dns.example.org []
dnsstamps of PyPI, DoH with a port: DOH :8443 dns.example.org []
dnsstamps of PyPI, DoH with a bootstrap address: DOH  dns.example.org ['192.0.2.53']
dnsstamps of PyPI, DNS over TLS: DOT 192.0.2.1 dns.example.org []
dnsstamps of PyPI, plain DNS: PLAIN 192.0.2.1  []
go-dnsstamps, DoH with an address: DoH 192.0.2.1:443 dns.example.org
go-dnsstamps, DoH without an address: DoH  dns.example.org
go-dnsstamps, DoH with a port: Invalid stamp (IP address)
go-dnsstamps, DoH with a bootstrap address: Invalid stamp (garbage after end)
go-dnsstamps, DNS over TLS: Unsupported stamp version or protocol
go-dnsstamps, plain DNS: Unsupported stamp version or protocol
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
