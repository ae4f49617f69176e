#!/bin/bash
# Go's jlaffaye/ftp: with DialWithLocation, which is for the dates of LIST, times of MLSD, which are UTC, are moved as well.
#
# Versions: jlaffaye/ftp of 2022-08-29 (Debian 12: golang-github-jlaffaye-ftp-dev 0.0~git20220829.b85cf1e-1, golang-github-hashicorp-go-multierror-dev
#   1.1.1-2, golang-github-hashicorp-errwrap-dev 1.1.0-1), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), Python 3.11's datetime, and a server of the
#   script's. Wants `apt-get update` beforehand.
# Expected: RFC 3659, section 2.3: "Time values are always represented in UTC (GMT)", and section 7.5.3: the fact modify is such a one. The documentation of
#   DialWithLocation: "The location is used to parse the dates sent by the server which are in server's timezone"; those of MLSD, MLST and MDTM are not.
# Seen: with the location of Berlin the same file has another time if it is listed by MLSD, 09:00 UTC becoming 08:00 UTC; the day that LIST tells is right
#   with it. The client uses MLSD whenever the server has it, which the program does not see. GetTime(), by MDTM, does not look at the location.
# Why it matters: programs that fetch what is new fetch too much, or leave an hour's files out, with the servers that tell the exact time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-jlaffaye-ftp-dev=0.0~git20220829.b85cf1e-1 \
    golang-github-hashicorp-go-multierror-dev=1.1.1-2 golang-github-hashicorp-errwrap-dev=1.1.0-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jlaffaye/ftp"
)

// serve is an FTP server in Berlin with one file, of 09:00 UTC or 10:00 there.
func serve(listener net.Listener, mlsd bool) {
	connection, _ := listener.Accept()
	data, _ := net.Listen("tcp", "127.0.0.1:0")
	answer := func(text string) { fmt.Fprint(connection, text+"\r\n") }
	answer("220 ready")
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		switch command := strings.ToUpper(strings.SplitN(lines.Text(), " ", 2)[0]); command {
		case "FEAT":
			if mlsd {
				answer("211-Features:\r\n MLST modify*;size*;type*;\r\n MDTM\r\n211 End")
			} else {
				answer("211-Features:\r\n MDTM\r\n211 End")
			}
		case "USER":
			answer("331 password")
		case "PASS":
			answer("230 welcome")
		case "EPSV":
			answer(fmt.Sprintf("229 Entering (|||%d|)", data.Addr().(*net.TCPAddr).Port))
		case "MLSD", "LIST":
			answer("150 here")
			stream, _ := data.Accept()
			if command == "MLSD" {
				fmt.Fprint(stream, "modify=20250111090000;size=5;type=file; a.txt\r\n")
			} else {
				fmt.Fprint(stream, "-rw-r--r-- 1 jo jo 5 Jan 11 2025 a.txt\r\n")
			}
			stream.Close()
			answer("226 done")
		case "MDTM":
			answer("213 20250111090000")
		case "QUIT":
			answer("221 bye")
		default:
			answer("200 ok")
		}
	}
}

func main() {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	for _, location := range []*time.Location{time.UTC, berlin} {
		for _, mlsd := range []bool{true, false} {
			listener, _ := net.Listen("tcp", "127.0.0.1:0")
			go serve(listener, mlsd)
			client, err := ftp.Dial(listener.Addr().String(), ftp.DialWithLocation(location), ftp.DialWithTimeout(5*time.Second))
			if err != nil {
				panic(err)
			}
			client.Login("jo", "secret")
			entries, err := client.List("")
			if err != nil {
				panic(err)
			}
			text := fmt.Sprintf("ftp, location %s, by MLSD %v: %s", location, mlsd, entries[0].Time.UTC().Format(time.RFC3339))
			if mlsd {
				changed, _ := client.GetTime("a.txt")
				text += ", by MDTM " + changed.UTC().Format(time.RFC3339)
			}
			fmt.Println(text)
			client.Quit()
		}
	}
}
GO
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    python3 -c 'from datetime import datetime; print("by RFC 3659, modify=20250111090000:", datetime.strptime("20250111090000+0000", "%Y%m%d%H%M%S%z"))'
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ftp, location UTC, by MLSD true: 2025-01-11T09:00:00Z, by MDTM 2025-01-11T09:00:00Z
ftp, location UTC, by MLSD false: 2025-01-11T00:00:00Z
ftp, location Europe/Berlin, by MLSD true: 2025-01-11T08:00:00Z, by MDTM 2025-01-11T09:00:00Z
ftp, location Europe/Berlin, by MLSD false: 2025-01-10T23:00:00Z
by RFC 3659, modify=20250111090000: 2025-01-11 09:00:00+00:00
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
