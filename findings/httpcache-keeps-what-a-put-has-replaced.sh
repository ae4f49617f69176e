#!/bin/bash
# Go's httpcache: after a PUT or DELETE of a page the client goes on getting the old one from the cache, and answers with "Vary: *" are taken from it, too.
#
# Versions: gregjones/httpcache of 2018-03-05 (Debian 12: golang-github-gregjones-httpcache-dev 0.0~git20180305.9cad4c3-1.1), Go 1.19.8 (golang-1.19-go and
#   -src 1.19.8-2), CacheControl 0.14.3 with requests 2.32.3 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: the documentation: "a Transport that is a 'mostly' RFC-compliant cache"; its source: "Need to invalidate an existing value" for other methods.
#   RFC 9111, section 4.4: a cache "MUST invalidate the target URI when it receives a non-error status code in response to an unsafe request method". Section
#   4.1: "A stored response with a Vary header field value containing a member '*' always fails to match."
# Seen: what is deleted is the entry "PUT http://...", which never was there: the name of the method is part of the key for all but GET. With "Vary: *" the
#   cache compares the request's field "*", which is the same, none, each time.
# Why it matters: a client that changes something does not see its own change as long as the page is fresh. It is part of Kubernetes' and GitHub's clients.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-gregjones-httpcache-dev=0.0~git20180305.9cad4c3-1.1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check cachecontrol==0.14.3 requests==2.32.3

cat > find.go <<'GO'
package main

import (
	"fmt"
	"io/ioutil"
	"net/http"
	"os"

	"github.com/gregjones/httpcache"
)

func main() {
	client := httpcache.NewMemoryCacheTransport().Client()
	for _, path := range []string{"/page", "/vary"} {
		for _, method := range []string{"GET", "GET", "PUT", "GET"} {
			request, _ := http.NewRequest(method, os.Args[1]+path, nil)
			answer, err := client.Do(request)
			if err != nil {
				panic(err)
			}
			body, _ := ioutil.ReadAll(answer.Body)
			answer.Body.Close()
			fmt.Printf("httpcache %s %s: %s\n", method, path, body)
		}
	}
}
GO
cat > find.py <<'PY'
import http.server
import subprocess
import sys
import threading

import requests
from cachecontrol import CacheControl


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    versions = {}
    answers = {}

    def do_GET(self):
        self.answers[self.path] = self.answers.get(self.path, 0) + 1
        body = f"version {self.versions.get(self.path, 1)}, answer {self.answers[self.path]}".encode()
        self.send_response(200)
        self.send_header("Cache-Control", "max-age=600")
        if self.path == "/vary":
            self.send_header("Vary", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.versions[self.path] = 2
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"changed")

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
print(subprocess.run(["./find", address], stdout=subprocess.PIPE, text=True, timeout=30).stdout, end="")
Handler.versions.clear()
Handler.answers.clear()
session = CacheControl(requests.Session())
session.trust_env = False
for path in ("/page", "/vary"):
    for method in ("GET", "GET", "PUT", "GET"):
        print(f"CacheControl {method} {path}: {session.request(method, address + path, timeout=10).text}")
PY
{
    timeout 90 usr/lib/go-1.19/bin/go build -o find find.go
    timeout 40 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
httpcache GET /page: version 1, answer 1
httpcache GET /page: version 1, answer 1
httpcache PUT /page: changed
httpcache GET /page: version 1, answer 1
httpcache GET /vary: version 1, answer 1
httpcache GET /vary: version 1, answer 1
httpcache PUT /vary: changed
httpcache GET /vary: version 1, answer 1
CacheControl GET /page: version 1, answer 1
CacheControl GET /page: version 1, answer 1
CacheControl PUT /page: changed
CacheControl GET /page: version 2, answer 2
CacheControl GET /vary: version 1, answer 1
CacheControl GET /vary: version 1, answer 2
CacheControl PUT /vary: changed
CacheControl GET /vary: version 2, answer 3
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
