#!/bin/bash
# Go's goautoneg: for "Accept: application/*, text/html;q=0.1" it chooses text/html, for the same ranges in the other order JSON, and for "text/html;q=0" HTML.
#
# Versions: goautoneg of 2019-10-10 (Debian 12: golang-github-munnerz-goautoneg-dev 0.0~git20191010.a7dc8b6-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2),
#   WebOb 1.8.9 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: the documentation: "implement the behaviour specified in ... rfc2616-sec14". There, section 14.1, and RFC 9110, section 12.5.1: the quality
#   tells which type is preferred, in whatever order the ranges are; section 3.9, and 12.4.2 of RFC 9110: 0 means "not acceptable".
# Seen: of two ranges each may be sorted before the other, the one for its quality, the other one since it has no star; which comes first is then a matter of
#   the order in the header. A range with q=0 is the last one, and is served if nothing else fits.
# Why it matters: it is what Prometheus and Kubernetes choose their formats with: clients get the form that they have put last, or one that
#   they have said that they cannot read, where 406 would have told them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-munnerz-goautoneg-dev=0.0~git20191010.a7dc8b6-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check webob==1.8.9

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/munnerz/goautoneg"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		found := goautoneg.Negotiate(lines.Text(), []string{"text/html", "application/json"})
		if found == "" {
			found = "none"
		}
		fmt.Printf("goautoneg %s: %s\n", lines.Text(), found)
	}
}
GO
cat > find.py <<'PY'
import sys

from webob.acceptparse import create_accept_header

for line in sys.stdin:
    offers = create_accept_header(line.strip()).acceptable_offers(["text/html", "application/json"])
    print(f"WebOb {line.strip()}: {offers[0][0] if offers else 'none'}")
PY
cat > headers <<'TEXT'
text/html;q=0.1, application/json
text/html;q=0.1, application/*
application/*, text/html;q=0.1
text/html;q=0.1, */*
*/*, text/html;q=0.1
text/html;q=0
text/html;q=0, text/plain
TEXT
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go <headers
    timeout 20 venv/bin/python find.py <headers
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
goautoneg text/html;q=0.1, application/json: application/json
goautoneg text/html;q=0.1, application/*: application/json
goautoneg application/*, text/html;q=0.1: text/html
goautoneg text/html;q=0.1, */*: text/html
goautoneg */*, text/html;q=0.1: text/html
goautoneg text/html;q=0: text/html
goautoneg text/html;q=0, text/plain: text/html
WebOb text/html;q=0.1, application/json: application/json
WebOb text/html;q=0.1, application/*: application/json
WebOb application/*, text/html;q=0.1: application/json
WebOb text/html;q=0.1, */*: application/json
WebOb */*, text/html;q=0.1: application/json
WebOb text/html;q=0: none
WebOb text/html;q=0, text/plain: none
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
