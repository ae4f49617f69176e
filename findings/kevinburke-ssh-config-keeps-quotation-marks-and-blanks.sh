#!/bin/bash
# Go's kevinburke/ssh_config: IdentityFile "~/a key" has its quotation marks, and a port before a comment is "2222 ".
#
# Versions: kevinburke/ssh_config 1.0 (Debian 12: golang-github-kevinburke-ssh-config-dev 1.0-2), Go 1.19 (golang-1.19-go, golang-1.19-src
#   1.19.8-2), OpenSSH 9.2p1 (openssh-client 1:9.2p1-2+deb12u10) to compare with. Wants `apt-get update` beforehand.
# Expected: ssh_config(5): "Arguments may optionally be enclosed in double quotes (") in order to represent arguments containing spaces"; keywords and
#   arguments are separated by whitespace "or optional whitespace and exactly one '='". The README: "Wherever possible we try to implement the
#   specification as documented in the ssh_config manpage"; only Match is named as missing. ssh -G of OpenSSH shows what it understands.
# Seen: Get() of HostName, User and IdentityFile returns the quotation marks as a part of the value, Port returns "2222 " with the blank in front of the comment.
#   OpenSSH has host.example.org, jo, ~/a key and 2222.
# Why it matters: a program that opens the key finds no file, logs in as "jo" with quotation marks, and strconv.Atoi refuses the port. Use strings.Trim.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-kevinburke-ssh-config-dev=1.0-2 openssh-client=1:9.2p1-2+deb12u10 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > config <<'TEXT'
Host plain
    HostName host.example.org
    User jo
    Port 2222
    IdentityFile ~/key
Host quoted
    HostName "host.example.org"
    User="jo"
    Port 2222 # not 22
    IdentityFile "~/a key"
TEXT
cat > find.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/kevinburke/ssh_config"
)

func main() {
	file, _ := os.Open("config")
	config, err := ssh_config.Decode(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, host := range []string{"plain", "quoted"} {
		for _, key := range []string{"HostName", "User", "Port", "IdentityFile"} {
			value, _ := config.Get(host, key)
			fmt.Printf("ssh_config %s %s: [%s]\n", host, key, value)
			if key == "Port" {
				_, err := strconv.Atoi(value)
				fmt.Println("  as a number:", err)
			}
		}
	}
}
GO
{
    for host in plain quoted; do
        timeout 10 usr/bin/ssh -G -F config "$host" 2>errors | awk -v host="$host" \
            '/^(hostname|user|port|identityfile) /{key = $1; sub(/^[^ ]+ /, ""); print "OpenSSH " host " " key ": [" $0 "]"}'
    done
    HOME=$work GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOFLAGS='' CGO_ENABLED=0 timeout 85 \
        usr/lib/go-1.19/bin/go run find.go
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
OpenSSH plain user: [jo]
OpenSSH plain hostname: [host.example.org]
OpenSSH plain port: [2222]
OpenSSH plain identityfile: [~/key]
OpenSSH quoted user: [jo]
OpenSSH quoted hostname: [host.example.org]
OpenSSH quoted port: [2222]
OpenSSH quoted identityfile: [~/a key]
ssh_config plain HostName: [host.example.org]
ssh_config plain User: [jo]
ssh_config plain Port: [2222]
  as a number: <nil>
ssh_config plain IdentityFile: [~/key]
ssh_config quoted HostName: ["host.example.org"]
ssh_config quoted User: ["jo"]
ssh_config quoted Port: [2222 ]
  as a number: strconv.Atoi: parsing "2222 ": invalid syntax
ssh_config quoted IdentityFile: ["~/a key"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
