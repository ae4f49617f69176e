#!/bin/bash
# Go's dataurl: "data:font/woff2;base64,..." and "data:model/gltf+json,..." are invalid media types to it, and base64 with %3D or %2B in it is an error.
#
# Versions: dataurl of 2019-11-04 (Debian 12: golang-github-vincent-petithory-dataurl-dev 0.0~git20191104.d1553a7-1.1), Go 1.19.8 (golang-1.19-go and -src
#   1.19.8-2), Python 3.11's urllib for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2397, section 3: "mediatype" is any type and subtype of MIME, and the data are "urlchar"s, in which each octet may be written with "%". IANA
#   has font (RFC 8081), model (RFC 2077) and haptics besides the old ones; RFC 2045, section 5.1: types are not case-sensitive, and "matching of media
#   type ... is ALWAYS case-insensitive". RFC 3986, section 3.1: so are schemes.
# Seen: DecodeString() knows text, image, audio, video, application, message, multipart and x-...: all else is "invalid media type", "TEXT" as well. It is
#   not a matter of safety, as "textual/plain" is fine, for its first letters. Of base64 data with %3D for "=", as encodeURIComponent writes it, it says
#   "invalid data character". What New() of the same package writes for a font it cannot read.
# Why it matters: fonts are the most common data URLs of style sheets after pictures; a page's stops being readable with the first one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-vincent-petithory-dataurl-dev=0.0~git20191104.d1553a7-1.1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/vincent-petithory/dataurl"
)

func main() {
	fmt.Println("dataurl writes", dataurl.New([]byte("Hello"), "font/woff2").String())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		url, err := dataurl.DecodeString(lines.Text())
		if err != nil {
			fmt.Printf("dataurl %s: %v\n", lines.Text(), err)
		} else {
			fmt.Printf("dataurl %s: %s %q\n", lines.Text(), url.ContentType(), url.Data)
		}
	}
}
GO
cat > find.py <<'PY'
import sys
from urllib.request import urlopen

for line in sys.stdin:
    with urlopen(line.strip()) as answer:
        print(f"urllib {line.strip()}: {answer.headers.get_content_type()} {answer.read().decode()!r}")
PY
cat > urls <<'TEXT'
data:image/png;base64,SGVsbG8=
data:font/woff2;base64,SGVsbG8=
data:model/gltf+json,Hello
data:TEXT/plain,Hello
data:textual/plain,Hello
data:text/plain;base64,SGVsbG8%3D
TEXT
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go <urls
    timeout 20 python3 find.py <urls
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
dataurl writes data:font/woff2;base64,SGVsbG8=
dataurl data:image/png;base64,SGVsbG8=: image/png "Hello"
dataurl data:font/woff2;base64,SGVsbG8=: invalid media type
dataurl data:model/gltf+json,Hello: invalid media type
dataurl data:TEXT/plain,Hello: invalid media type
dataurl data:textual/plain,Hello: textual/plain "Hello"
dataurl data:text/plain;base64,SGVsbG8%3D: invalid data character
urllib data:image/png;base64,SGVsbG8=: image/png 'Hello'
urllib data:font/woff2;base64,SGVsbG8=: font/woff2 'Hello'
urllib data:model/gltf+json,Hello: model/gltf+json 'Hello'
urllib data:TEXT/plain,Hello: text/plain 'Hello'
urllib data:textual/plain,Hello: textual/plain 'Hello'
urllib data:text/plain;base64,SGVsbG8%3D: text/plain 'Hello'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
