#!/bin/bash
# Go's httphead: a quoted value that ends with an escaped letter loses it, "C:\\new" loses its backslash, and one that ends with a backslash ends the reading.
#
# Versions: gobwas/httphead 0.1.0 (Debian 12: golang-github-gobwas-httphead-dev 0.1.0-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), Python 3.11's
#   email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9110, section 5.6.4: in a quoted string a backslash and a letter are that letter, so that \" is a quotation mark and \\ a backslash; the string
#   ends at a quotation mark without one. Its documentation: ParseOptions is for headers such as 'multipart; boundary="..."' of RFC 2616.
# Seen: each backslash is taken out, also the second one of two, and after a last one at the end the letter behind is forgotten: "say \"hi\"" is read as
#   say "hi. Whether a quotation mark is the end is told by the letter before alone, so that "C:\\" has none.
# Why it matters: names and paths in parameters change without an error; a header that is right is refused. It reads the extensions of gobwas/ws.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-gobwas-httphead-dev=0.1.0-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/gobwas/httphead"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		options, ok := httphead.ParseOptions([]byte(lines.Text()), nil)
		if !ok || len(options) == 0 {
			fmt.Printf("httphead %s: refused\n", lines.Text())
			continue
		}
		name, _ := options[0].Parameters.Get("name")
		fmt.Printf("httphead %s: %s\n", lines.Text(), name)
	}
}
GO
cat > find.py <<'PY'
import sys
from email.message import Message

for line in sys.stdin:
    message = Message()
    message["Content-Type"] = line.strip()
    print(f"email {line.strip()}: {message.get_param('name')}")
PY
cat > headers <<'TEXT'
file;name="plain"
file;name="say \"hi\" to all"
file;name="say \"hi\""
file;name="C:\\new"
file;name="C:\\"
TEXT
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go <headers
    timeout 20 python3 find.py <headers
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
httphead file;name="plain": plain
httphead file;name="say \"hi\" to all": say "hi" to all
httphead file;name="say \"hi\"": say "hi
httphead file;name="C:\\new": C:new
httphead file;name="C:\\": refused
email file;name="plain": plain
email file;name="say \"hi\" to all": say "hi" to all
email file;name="say \"hi\"": say "hi"
email file;name="C:\\new": C:\new
email file;name="C:\\": C:\
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
