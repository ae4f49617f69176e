#!/bin/bash
# Go's cookiejarparser: a cookie for all of .example.org is for example.org alone once the file has a cookie of example.org itself behind it.
#
# Versions: github.com/ssgelm/cookiejarparser 1.0.0 (Debian 12: golang-github-ssgelm-cookiejarparser-dev 1.0.0-3, golang-golang-x-net-dev
#   1:0.7.0+dfsg-1, golang-golang-x-text-dev 0.7.0-1), Go 1.19.8 (golang-1.19-go, golang-1.19-src 1.19.8-2), Python 3.11's MozillaCookieJar for
#   comparison. Wants `apt-get update` beforehand.
# Expected: the Netscape cookie file format, as curl's documentation has it: the first two fields are the domain and whether its subdomains get the
#   cookie; each line is a cookie of its own, as the package's README says: it "parses a curl (netscape) cookie jar file into a Go http.CookieJar".
# Seen: for each line the package asks the jar for the cookies of the host, and sets them again together with the new one, without their attributes:
#   what was for .example.org until 2100 becomes a session cookie of example.org, and www.example.org gets nothing. In the other order all is well.
#   A line with a fraction in the expiry, which MozillaCookieJar reads, is left out without an error.
# Why it matters: files that browsers export have both kinds of lines side by side; which ones work depends on their order.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-ssgelm-cookiejarparser-dev=1.0.0-3 golang-golang-x-net-dev=1:0.7.0+dfsg-1 \
    golang-golang-x-text-dev=0.7.0-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.go <<'GO'
package main

import (
	"fmt"
	"net/url"
	"os"

	"github.com/ssgelm/cookiejarparser"
)

func main() {
	for _, name := range os.Args[1:] {
		jar, err := cookiejarparser.LoadCookieJarFile(name)
		fmt.Print("cookiejarparser ", name, ": ", err)
		for _, host := range []string{"example.org", "www.example.org"} {
			address := &url.URL{Scheme: "http", Host: host, Path: "/"}
			fmt.Print("; ", host, " ", jar.Cookies(address))
		}
		fmt.Println()
	}
}
GO
cat > find.py <<'PY'
import urllib.request
from http.cookiejar import MozillaCookieJar

ALL = ".example.org\tTRUE\t/\tFALSE\t4102444800\tall\t1\n"
ONE = "example.org\tFALSE\t/\tFALSE\t4102444800\tone\t2\n"
FRACTION = "example.org\tFALSE\t/\tFALSE\t4102444800.5\tthree\t3\n"
for name, lines in {"all": ALL, "one-all": ONE + ALL, "all-one": ALL + ONE, "fraction": ONE + FRACTION}.items():
    with open(name, "w") as file:
        file.write("# Netscape HTTP Cookie File\n" + lines)
    jar = MozillaCookieJar(name)
    jar.load()
    seen = []
    for host in ("example.org", "www.example.org"):
        request = urllib.request.Request(f"http://{host}/")
        jar.add_cookie_header(request)
        seen.append(f"{host} {request.get_header('Cookie')}")
    print(f"MozillaCookieJar {name}: {'; '.join(seen)}")
PY
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
{
    timeout 20 python3 find.py
    timeout 100 usr/lib/go-1.19/bin/go run find.go all one-all all-one fraction
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
MozillaCookieJar all: example.org all=1; www.example.org all=1
MozillaCookieJar one-all: example.org one=2; all=1; www.example.org one=2; all=1
MozillaCookieJar all-one: example.org all=1; one=2; www.example.org all=1; one=2
MozillaCookieJar fraction: example.org one=2; three=3; www.example.org one=2; three=3
cookiejarparser all: <nil>; example.org [all=1]; www.example.org [all=1]
cookiejarparser one-all: <nil>; example.org [one=2 all=1]; www.example.org [one=2 all=1]
cookiejarparser all-one: <nil>; example.org [all=1 one=2]; www.example.org [one=2]
cookiejarparser fraction: <nil>; example.org [one=2]; www.example.org [one=2]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
