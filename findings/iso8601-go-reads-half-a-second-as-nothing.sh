#!/bin/bash
# Go's dylanmei/iso8601: "PT0.5S" and "PT1.5S" are no time at all, "-PT5M" is five minutes, and half a second is written as "PT", all without an error.
#
# Versions: dylanmei/iso8601 (Debian 12: golang-github-dylanmei-iso8601-dev 0.1.0-7), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), isodate 0.7.2 (PyPI) for
#   comparison. Wants `apt-get update` beforehand.
# Expected: ISO 8601-1, section 5.5.2, and XML Schema 1.1 part 2, section 3.3.6, of which xs:duration is: the smallest part may have a decimal fraction,
#   there may be a minus in front, and at least one part with its number must be there. The package, "pure Go ISO8601 parser and formatter", has ErrBadFormat
#   for other texts.
# Seen: the expression that it looks for may match anywhere in the text, and each part is optional: of "PT1.5S" it finds "PT", of "1D PT" too, and of "-PT5M"
#   what is behind the minus. FormatDuration() leaves out what is below a second, and then writes nothing behind "PT", which is no duration.
# Why it matters: SOAP services, such as Windows' WinRM, for which it was made, tell times in seconds with fractions: timeouts of zero, and waits for the
#   past.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-dylanmei-iso8601-dev=0.1.0-7 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check isodate==0.7.2

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"github.com/dylanmei/iso8601"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		duration, err := iso8601.ParseDuration(lines.Text())
		fmt.Println("iso8601", lines.Text(), duration, err)
	}
	for _, duration := range []time.Duration{90 * time.Second, 1500 * time.Millisecond, 500 * time.Millisecond} {
		fmt.Println("iso8601 writes", duration, "as", iso8601.FormatDuration(duration))
	}
}
GO
cat > find.py <<'PY'
import sys

import isodate

for line in sys.stdin:
    try:
        print("isodate", line.strip(), isodate.parse_duration(line.strip()).total_seconds(), "seconds")
    except isodate.ISO8601Error:
        print("isodate", line.strip(), "ISO8601Error")
PY
cat > durations <<'TEXT'
PT5M
P1DT2H
PT0.5S
PT1.5S
-PT5M
PT
5 minutes, P.S.
TEXT
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go <durations
    timeout 20 venv/bin/python find.py <durations
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
iso8601 PT5M 5m0s <nil>
iso8601 P1DT2H 26h0m0s <nil>
iso8601 PT0.5S 0s <nil>
iso8601 PT1.5S 0s <nil>
iso8601 -PT5M 5m0s <nil>
iso8601 PT 0s <nil>
iso8601 5 minutes, P.S. 0s <nil>
iso8601 writes 1m30s as PT1M30S
iso8601 writes 1.5s as PT1S
iso8601 writes 500ms as PT
isodate PT5M 300.0 seconds
isodate P1DT2H 93600.0 seconds
isodate PT0.5S 0.5 seconds
isodate PT1.5S 1.5 seconds
isodate -PT5M -300.0 seconds
isodate PT 0.0 seconds
isodate 5 minutes, P.S. ISO8601Error
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
