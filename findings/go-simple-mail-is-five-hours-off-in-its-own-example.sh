#!/bin/bash
# Go's go-simple-mail: its own example SetDate("2015-04-28 10:32:00 CDT") writes "10:32:00 +0000", five hours off, unless the program runs in Chicago.
#
# Versions: go-simple-mail 2.13.0 (Debian 12: golang-github-xhit-go-simple-mail-dev 2.13.0-1, golang-github-toorop-go-dkim-dev 0.0~git20201103.e1cd1a0-2), Go
#   1.19.8 (golang-1.19-go and -src 1.19.8-2), Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: the documentation: 'The format of the string should be YYYY-MM-DD HH:MM:SS Time Zone. Example: SetDate("2015-04-28 10:32:00 CDT")'. RFC 5322,
#   section 4.3: CDT is -0500. Section 3.3: the zone is the offset of the time. Go's documentation of time.Parse: an abbreviation that is not one of the
#   local zone gets "a fabricated location with the given abbreviation and a zero offset", and ParseInLocation is for others.
# Seen: the abbreviations of the zone in which the program runs are right, UTC and GMT too; all others give the same hour with +0000, and no error. An offset
#   such as -0500 is an error, so that there is no way to say it but UTC.
# Why it matters: mails are dated hours into the past or the future, on servers, whose zone is UTC, always; filters count against dates in the future.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-xhit-go-simple-mail-dev=2.13.0-1 \
    golang-github-toorop-go-dkim-dev=0.0~git20201103.e1cd1a0-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	mail "github.com/xhit/go-simple-mail"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		message := mail.NewMSG().SetFrom("jo@example.org").AddTo("ann@example.com").SetDate(lines.Text()).SetBody(mail.TextPlain, "Hello")
		if message.Error != nil {
			fmt.Printf("go-simple-mail in %s, %s: error\n", os.Getenv("TZ"), lines.Text())
			continue
		}
		for _, line := range strings.Split(message.GetMessage(), "\r\n") {
			if strings.HasPrefix(line, "Date: ") {
				fmt.Printf("go-simple-mail in %s, %s: %s\n", os.Getenv("TZ"), lines.Text(), line[6:])
			}
		}
	}
}
GO
cat > find.py <<'PY'
import email.utils
import sys

for line in sys.stdin:
    print(f"email {line.strip()}: {email.utils.format_datetime(email.utils.parsedate_to_datetime('28 Apr 2015 ' + line.split(' ', 1)[1]))}")
PY
cat > times <<'TEXT'
2015-04-28 10:32:00 UTC
2015-04-28 10:32:00 CDT
2015-04-28 10:32:00 PDT
2015-04-28 10:32:00 -0500
TEXT
{
    timeout 90 usr/lib/go-1.19/bin/go build -o find find.go
    TZ=UTC timeout 20 ./find <times
    TZ=America/Chicago timeout 20 ./find <times
    timeout 20 python3 find.py <times
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
go-simple-mail in UTC, 2015-04-28 10:32:00 UTC: Tue, 28 Apr 2015 10:32:00 +0000
go-simple-mail in UTC, 2015-04-28 10:32:00 CDT: Tue, 28 Apr 2015 10:32:00 +0000
go-simple-mail in UTC, 2015-04-28 10:32:00 PDT: Tue, 28 Apr 2015 10:32:00 +0000
go-simple-mail in UTC, 2015-04-28 10:32:00 -0500: error
go-simple-mail in America/Chicago, 2015-04-28 10:32:00 UTC: Tue, 28 Apr 2015 10:32:00 +0000
go-simple-mail in America/Chicago, 2015-04-28 10:32:00 CDT: Tue, 28 Apr 2015 10:32:00 -0500
go-simple-mail in America/Chicago, 2015-04-28 10:32:00 PDT: Tue, 28 Apr 2015 10:32:00 +0000
go-simple-mail in America/Chicago, 2015-04-28 10:32:00 -0500: error
email 2015-04-28 10:32:00 UTC: Tue, 28 Apr 2015 10:32:00 +0000
email 2015-04-28 10:32:00 CDT: Tue, 28 Apr 2015 10:32:00 -0500
email 2015-04-28 10:32:00 PDT: Tue, 28 Apr 2015 10:32:00 -0700
email 2015-04-28 10:32:00 -0500: Tue, 28 Apr 2015 10:32:00 -0500
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
