#!/bin/bash
# Go's bgentry/go-netrc: after NewMachine("b") a file's default login is no longer found, and b is there twice, of which RemoveMachine removes one.
#
# Versions: bgentry/go-netrc (Debian 12: golang-github-bgentry-go-netrc-dev 0.0~git20140422.9fd32a8-1), Go 1.19.8 (golang-1.19-go and -src
#   1.19.8-2), Python 3.11's netrc for comparison. Wants `apt-get update` beforehand.
# Expected: the manual of the file's format (GNU inetutils, "The .netrc file"): "default" matches each name that has no machine of its own, and stands behind
#   them. The documentation of FindMachine: if there is no machine of that name, the default one is returned; RemoveMachine is there to remove one.
# Seen: the new entry is put in front of the default in the list, by which it overwrites it, and is then there a second time. FindMachine of another host gives
#   nil from then on. After RemoveMachine("b") b is still found. The text that MarshalText() writes is right, so that it looks well in the file.
# Why it matters: a program that stores a login (Heroku's and others do so with it) cannot log in anywhere else by the default until it reads the file again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-bgentry-go-netrc-dev=0.0~git20140422.9fd32a8-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/bgentry/go-netrc/netrc"
)

func show(when string, file *netrc.Netrc) {
	fmt.Printf("go-netrc, %s:", when)
	for _, name := range []string{"a", "b", "other"} {
		if machine := file.FindMachine(name + ".example.org"); machine != nil {
			fmt.Printf(" %s: %s", name, machine.Login)
		} else {
			fmt.Printf(" %s: none", name)
		}
	}
	fmt.Println()
}

func main() {
	file, err := netrc.Parse(strings.NewReader("machine a.example.org\n\tlogin ann\n\tpassword x\ndefault\n\tlogin guest\n\tpassword y\n"))
	if err != nil {
		panic(err)
	}
	show("read", file)
	file.NewMachine("b.example.org", "bob", "z", "")
	show("with b", file)
	text, _ := file.MarshalText()
	os.WriteFile("hosts", text, 0600)
	file.RemoveMachine("b.example.org")
	show("without b", file)
}
GO
cat > find.py <<'PY'
import netrc

hosts = netrc.netrc("hosts")
names = ("a", "b", "other")
print("Python, the file with b:", *[f"{name}: {hosts.authenticators(name + '.example.org')[0]}" for name in names])
PY
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
go-netrc, read: a: ann b: guest other: guest
go-netrc, with b: a: ann b: bob other: none
go-netrc, without b: a: ann b: bob other: none
Python, the file with b: a: ann b: bob other: guest
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
