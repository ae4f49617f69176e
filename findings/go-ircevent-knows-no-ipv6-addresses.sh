#!/bin/bash
# Go's go-ircevent: [::1]:6667 is "wrong number of ':' in address", and the tag value C:\new, which is written C:\\new, is read with a line break.
#
# Versions: thoj/go-ircevent 0.2 (Debian 12: golang-github-thoj-go-ircevent-dev 0.2-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2),
#   irctokens 2.0.2 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: Go's documentation of net: "For IPv6 ... the host must be enclosed in square brackets, as in [2001:db8::1]:80"; RFC 3986, section 3.2.2, is the
#   same. IRCv3's message tags: "\\" is a backslash, "\s" a blank, "\n" a line feed, "\:" a semicolon; a lone backslash at the end "should be dropped".
# Seen: Connect() counts the colons of the address, and wants one, so no server can be named by its IPv6 address. Of tags it replaces "\s" and "\:" first, then
#   "\\", then "\r" and "\n" in the result, so that an escaped backslash before one of these letters is taken with it.
# Why it matters: no connections in networks with IPv6 only that have no names; paths and patterns in tags of bots change on their way.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-thoj-go-ircevent-dev=0.2-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check irctokens==2.0.2

cat > lines <<'TEXT'
@path=C:\\new;a=b\sc :jo!jo@example.org PRIVMSG #room :hello
@path=\\server\\share :jo!jo@example.org PRIVMSG #room :hello
TEXT
cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"io/ioutil"
	"net"
	"os"
	"time"

	irc "github.com/thoj/go-ircevent"
)

func main() {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		connection, _ := listener.Accept()
		reader := bufio.NewReader(connection)
		reader.ReadString('\n')
		lines, _ := ioutil.ReadFile("lines")
		connection.Write(lines)
		time.Sleep(5 * time.Second)
	}()
	connect := func(address string) *irc.Connection {
		client := irc.IRC("jo", "jo")
		client.Log.SetOutput(ioutil.Discard)
		client.AddCallback("PRIVMSG", func(event *irc.Event) { fmt.Printf("go-ircevent: path %q\n", event.Tags["path"]) })
		if err := client.Connect(address); err != nil {
			fmt.Println("go-ircevent", address, err)
		}
		return client
	}
	connect("[::1]:6667")
	connect("[2001:db8::1]:6667")
	connect(listener.Addr().String())
	time.Sleep(2 * time.Second)
	os.Exit(0)
}
GO
cat > find.py <<'PY'
import irctokens

for line in open("lines"):
    print("irctokens: path", repr(irctokens.tokenise(line.strip()).tags["path"]))
PY
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    timeout 20 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
go-ircevent [::1]:6667 wrong number of ':' in address
go-ircevent [2001:db8::1]:6667 wrong number of ':' in address
go-ircevent: path "C:\new"
go-ircevent: path "\\ erver\\ hare"
irctokens: path 'C:\\new'
irctokens: path '\\server\\share'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
