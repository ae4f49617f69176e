#!/bin/bash
# Go's uritemplates: {word:2} cuts a letter in two, an empty list leaves an "&" behind, and a []string becomes "[a b]".
#
# Versions: jtacoma/uritemplates 1.0.0 (Debian 12: golang-github-jtacoma-uritemplates-dev 1.0.0-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), uritemplate
#   4.1.1 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6570, section 2.4.1: the prefix counts characters, "in terms of Unicode code points", "to avoid splitting multi-octet or pct-encoded triplet
#   characters". Section 2.3: a list without members is undefined, and 3.2.1: undefined variables give nothing, no separator either. The package says that it
#   implements RFC 6570 to level 4.
# Seen: "%C3" for "é" and its like with a prefix, which is no UTF-8; "?x=1&" with an empty list behind. A list is one of []interface{} only: []string, as
#   url.Values has it, is written with Go's brackets and blanks, "%5Ba%20b%5D", without an error.
# Why it matters: it was part of Google's client libraries for Go, and is used for GitHub's links: names that are not English are searched for as something
#   else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-jtacoma-uritemplates-dev=1.0.0-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check uritemplate==4.1.1

cat > find.go <<'GO'
package main

import (
	"fmt"

	"github.com/jtacoma/uritemplates"
)

func main() {
	values := map[string]interface{}{
		"word": "K\u00f6ln", "x": "1", "none": []interface{}{}, "list": []interface{}{"a", "b"}, "strings": []string{"a", "b"},
	}
	for _, text := range []string{"{word}", "{word:2}", "{?x,none}", "{?list*}", "{?strings*}"} {
		template, err := uritemplates.Parse(text)
		if err != nil {
			panic(err)
		}
		result, err := template.Expand(values)
		fmt.Println("uritemplates", text, result, err)
	}
}
GO
cat > find.py <<'PY'
from uritemplate import expand

values = {"word": "K\u00f6ln", "x": "1", "none": [], "list": ["a", "b"], "strings": ["a", "b"]}
for text in ("{word}", "{word:2}", "{?x,none}", "{?list*}", "{?strings*}"):
    print("uritemplate", text, expand(text, values))
PY
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    timeout 20 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
uritemplates {word} K%C3%B6ln <nil>
uritemplates {word:2} K%C3 <nil>
uritemplates {?x,none} ?x=1& <nil>
uritemplates {?list*} ?list=a&list=b <nil>
uritemplates {?strings*} ?strings=%5Ba%20b%5D <nil>
uritemplate {word} K%C3%B6ln
uritemplate {word:2} K%C3%B6
uritemplate {?x,none} ?x=1
uritemplate {?list*} ?list=a&list=b
uritemplate {?strings*} ?strings=a&strings=b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
