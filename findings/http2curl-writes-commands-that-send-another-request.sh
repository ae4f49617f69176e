#!/bin/bash
# Go's http2curl: the command that it writes for a request sends another one: two values of a field run together, the Host is another, and a POST without a
#   type gets one.
#
# Versions: http2curl of 2016-10-31 (Debian 12: golang-github-moul-http2curl-dev 0.0~git20161031.0.4e24498+dfsg-1.1), Go 1.19.8 (golang-1.19-go and -src
#   1.19.8-2), curl of the system, a server of the script's over loopback. Wants `apt-get update` beforehand, and curl.
# Expected: its documentation: it "converts http.Request to CURL command line"; so what curl sends is that request. RFC 9110, section 5.3: fields of the same
#   name may be joined by a comma. Go's documentation of Request: Host is what is sent, if it is set. curl's: -d sends "Content-Type:
#   application/x-www-form-urlencoded", and -H 'Content-Type:' is for others.
# Seen: of "Accept: text/html" and "Accept: text/plain" one field "text/html text/plain", which is no list. The Host is that of the URL. The type is added
#   where there was none.
# Why it matters: the command is there to try a failed request again, or to give it to somebody: it fails, or does not fail, for another reason.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-moul-http2curl-dev=0.0~git20161031.0.4e24498+dfsg-1.1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"io/ioutil"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"

	"github.com/moul/http2curl"
)

func main() {
	var seen string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := ioutil.ReadAll(r.Body)
		host := "127.0.0.1"
		if !strings.HasPrefix(r.Host, host) {
			host = r.Host
		}
		seen = fmt.Sprintf("host %s, accept %q, type %q, body %q", host, r.Header["Accept"], r.Header["Content-Type"], body)
	}))
	defer server.Close()

	request := func(host, body string, accept ...string) {
		make := func() *http.Request {
			r, _ := http.NewRequest("POST", server.URL, bytes.NewBufferString(body))
			r.Header["Accept"] = accept
			r.Host = host
			return r
		}
		seen = "nothing"
		http.DefaultClient.Do(make())
		fmt.Println("Go:  ", seen)
		command, _ := http2curl.GetCurlCommand(make())
		seen = "nothing"
		exec.Command("sh", "-c", command.String()+" -q -sS --noproxy '*' -m 10").Run()
		fmt.Println("curl:", seen)
	}
	request("", "hello", "text/html", "text/plain")
	request("shop.example.org", "hello", "text/html")
}
GO
timeout 90 usr/lib/go-1.19/bin/go run find.go >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Go:   host 127.0.0.1, accept ["text/html" "text/plain"], type [], body "hello"
curl: host 127.0.0.1, accept ["text/html text/plain"], type ["application/x-www-form-urlencoded"], body "hello"
Go:   host shop.example.org, accept ["text/html"], type [], body "hello"
curl: host 127.0.0.1, accept ["text/html"], type ["application/x-www-form-urlencoded"], body "hello"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
