#!/bin/bash
# Go's mozillazg/go-httpheader: If-Modified-Since of 10:00 in Lagos is written "10:00:00 GMT", an hour late, and "Flag: 0" is read as true.
#
# Versions: mozillazg/go-httpheader 0.3.1 (Debian 12: golang-github-mozillazg-go-httpheader-dev 0.3.1-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2),
#   Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 5.6.7: a date "MUST be in UTC", and has GMT for that. Go's documentation of http.TimeFormat: "The time being formatted must be in
#   UTC for Format to generate the correct format." The documentation: "time.Time values default to
#   encoding as RFC1123("Mon, 02 Jan 2006 15:04:05 GMT") timestamps."
# Seen: Header() formats the Time as it is, so that the hour is the local one, and GMT stands behind it. Decode() reads it as GMT: what comes back is not
#   what was written. A bool is true for each text but "false": for "0", "False" and an empty one as well, where strconv.ParseBool says false or fails.
# Why it matters: time.Now() is local: signed requests to stores of objects are "too skewed", and caches are asked for what they had an hour before. On a
#   server in UTC all is well. Call UTC() before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-mozillazg-go-httpheader-dev=0.3.1-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/mozillazg/go-httpheader"
)

type options struct {
	Since time.Time `header:"If-Modified-Since"`
	Flag  bool      `header:"Flag,omitempty"`
}

func main() {
	lagos, err := time.LoadLocation("Africa/Lagos")
	if err != nil {
		panic(err)
	}
	for _, location := range []*time.Location{time.UTC, lagos} {
		since := time.Unix(1799658000, 0).In(location)
		header, _ := httpheader.Header(options{Since: since})
		var read options
		httpheader.Decode(header, &read)
		fmt.Printf("httpheader, %s: %s, read %s later\n", since.Format(time.RFC3339), header.Get("If-Modified-Since"), read.Since.Sub(since))
	}
	for _, text := range []string{"true", "false", "0", "False"} {
		var read options
		httpheader.Decode(http.Header{"Flag": {text}}, &read)
		fmt.Printf("httpheader, Flag: %s: %v\n", text, read.Flag)
	}
}
GO
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    python3 -c 'import email.utils; print("Python:", email.utils.formatdate(1799658000, usegmt=True))'
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
httpheader, 2027-01-11T09:00:00Z: Mon, 11 Jan 2027 09:00:00 GMT, read 0s later
httpheader, 2027-01-11T10:00:00+01:00: Mon, 11 Jan 2027 10:00:00 GMT, read 1h0m0s later
httpheader, Flag: true: true
httpheader, Flag: false: false
httpheader, Flag: 0: true
httpheader, Flag: False: true
Python: Mon, 11 Jan 2027 09:00:00 GMT
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
