#!/bin/bash
# Go's http-link-go: one parameter without a value, as in "rel=preload; crossorigin", is an error and costs all links of the header; title* stays encoded.
#
# Versions: github.com/tent/http-link-go ac974c6 (Debian 12: golang-github-tent-http-link-go-dev 0.0~git20130702.0.ac974c6-6), Go 1.19.8
#   (golang-1.19-go, golang-1.19-src 1.19.8-2), http-link-header 1.1.3 (npm) for comparison. Wants `apt-get update` beforehand, and npm.
# Expected: RFC 8288, section 3: link-param = token BWS [ "=" BWS ( token / quoted-string ) ], the value is optional. Section 3.4.1: title* is
#   decoded as RFC 8187 has it. W3C's Preload has "crossorigin" and "nopush" without values.
# Seen: Parse() returns "link: malformed param" and no link, neither the one with crossorigin nor those beside it. title* has the value
#   "UTF-8''f%C3%BCnf".
# Why it matters: a server that begins to send preload links in the header in which it links its next page ends the paging of such a client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-tent-http-link-go-dev=0.0~git20130702.0.ac974c6-6 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
npm install --silent --no-audit --no-fund --ignore-scripts http-link-header@1.1.3

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"

	link "github.com/tent/http-link-go"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		links, err := link.Parse(lines.Text())
		fmt.Printf("http-link-go: %q", links)
		if err != nil {
			fmt.Print(" ", err)
		}
		fmt.Println()
	}
}
GO
cat > find.js <<'JS'
const { readFileSync } = require("fs");
const LinkHeader = require("http-link-header");

for (const line of readFileSync("headers", "utf8").trim().split("\n")) {
  console.log(line);
  const links = LinkHeader.parse(line).refs.map((ref) => `${ref.rel} ${ref.uri} ${JSON.stringify(ref["title*"] || ref.title || "")}`);
  console.log("http-link-header:", links.join(", "));
}
JS
cat > headers <<'TEXT'
</page/2>; rel="next", </style.css>; rel=preload; as=style
</page/2>; rel="next", </font.woff2>; rel=preload; as=font; crossorigin
</page/5>; rel="next"; title*=UTF-8''f%C3%BCnf
TEXT
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
{
    timeout 20 node find.js
    timeout 100 usr/lib/go-1.19/bin/go run find.go <headers
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
</page/2>; rel="next", </style.css>; rel=preload; as=style
http-link-header: next /page/2 "", preload /style.css ""
</page/2>; rel="next", </font.woff2>; rel=preload; as=font; crossorigin
http-link-header: next /page/2 "", preload /font.woff2 ""
</page/5>; rel="next"; title*=UTF-8''f%C3%BCnf
http-link-header: next /page/5 {"language":"","encoding":null,"value":"fünf"}
http-link-go: [{"/page/2" "next" map[]} {"/style.css" "preload" map["as":"style"]}]
http-link-go: [] link: malformed param
http-link-go: [{"/page/5" "next" map["title*":"UTF-8''f%C3%BCnf"]}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
