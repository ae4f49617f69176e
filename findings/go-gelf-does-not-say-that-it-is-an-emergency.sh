#!/bin/bash
# Go's go-gelf: of an emergency the message has no level, which Graylog takes for an alert, and a message without a level it reads as an emergency.
#
# Versions: Graylog2/go-gelf of 2019-10-17 (Debian 12: golang-github-graylog2-go-gelf-dev 0.0+git20191017.1550ee6-1), Go 1.19.8 (golang-1.19-go and -src
#   1.19.8-2). Wants `apt-get update` beforehand.
# Expected: GELF 1.1: "level: the level equal to the standard syslog levels; optional, default is 1 (ALERT)". RFC 5424, section 6.2.1: 0 is an
#   emergency, "system is unusable". The library has LOG_EMERG = 0.
# Seen: Level is left out of the JSON where it is 0. The levels 1 to 7 are there. The library's Reader gives Level 0 for a message of another sender that has
#   none, which is an alert by the specification. Two mistakes of opposite signs: between two programs with the library it seems to be right.
# Why it matters: whoever has an alarm at level 0 is not called for the worst messages; a proxy that reads and writes makes emergencies of others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-graylog2-go-gelf-dev=0.0+git20191017.1550ee6-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"net"

	"github.com/Graylog2/go-gelf/gelf"
)

func main() {
	server, _ := net.ListenPacket("udp", "127.0.0.1:0")
	writer, _ := gelf.NewUDPWriter(server.LocalAddr().String())
	writer.CompressionType = gelf.CompressNone
	for level := int32(gelf.LOG_EMERG); level <= gelf.LOG_ERR; level++ {
		writer.WriteMessage(&gelf.Message{Version: "1.1", Host: "example.org", Short: "Hello", TimeUnix: 1799658000, Level: level})
		buffer := make([]byte, 9000)
		n, _, _ := server.ReadFrom(buffer)
		fmt.Printf("level %d: %s\n", level, buffer[:n])
	}
	var message gelf.Message
	json.Unmarshal([]byte(`{"version":"1.1","host":"example.org","short_message":"Hello"}`), &message)
	fmt.Println("without a level, read as", message.Level)
}
GO
timeout 90 usr/lib/go-1.19/bin/go run find.go >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
level 0: {"version":"1.1","host":"example.org","short_message":"Hello","timestamp":1799658000}
level 1: {"version":"1.1","host":"example.org","short_message":"Hello","timestamp":1799658000,"level":1}
level 2: {"version":"1.1","host":"example.org","short_message":"Hello","timestamp":1799658000,"level":2}
level 3: {"version":"1.1","host":"example.org","short_message":"Hello","timestamp":1799658000,"level":3}
without a level, read as 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
