#!/bin/bash
# Go's mrjones/oauth: requests for /a%20b, forms with a query or with a charset, are signed wrongly, and two values of one name are an error.
#
# Versions: mrjones/oauth (Debian 12: golang-github-mrjones-oauth-dev 0.0~git20170225.0.3f67d9c-7), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), oauthlib
#   3.2.2 (PyPI) as the server. Wants `apt-get update` beforehand.
# Expected: RFC 5849, section 3.4.1.2: the path in the base string is that of the request, as it is there, and section 3.6 encodes it once more, so that
#   "%20" is "%2520". Section 3.4.1.3.1: parameters of the query and of a form are both signed, and a name may be there twice. RFC 9110, section 8.3.1: a
#   type may have parameters.
# Seen: the path is decoded before, so that the signature is that of "/a b". Of a form with a query the query is left out. A form whose type has a charset is
#   taken for no form. "id=1&id=2" is "Must have exactly one value per param". oauthlib finds the signatures of the plain requests right, and these wrong.
# Why it matters: the service answers 401 for some names of files and for some searches, and works for all others.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-mrjones-oauth-dev=0.0~git20170225.0.3f67d9c-7 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check oauthlib==3.2.2

cat > find.go <<'GO'
package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/mrjones/oauth"
)

func main() {
	output := json.NewEncoder(os.Stdout)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		output.Encode(map[string]string{
			"method": r.Method, "target": r.RequestURI, "host": r.Host, "type": r.Header.Get("Content-Type"),
			"authorization": r.Header.Get("Authorization"), "body": string(body),
		})
	}))
	defer server.Close()
	client, err := oauth.NewConsumer("key", "secret", oauth.ServiceProvider{}).MakeHttpClient(&oauth.AccessToken{Token: "token", Secret: "other"})
	if err != nil {
		panic(err)
	}
	request := func(target, kind, body string) {
		method := "GET"
		if kind != "" {
			method = "POST"
		}
		r, _ := http.NewRequest(method, server.URL+target, strings.NewReader(body))
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		if answer, err := client.Do(r); err != nil {
			text := err.Error()
			output.Encode(map[string]string{"method": method, "target": target, "error": text[strings.LastIndex(text, ": ")+2:]})
		} else {
			answer.Body.Close()
		}
	}
	form := "application/x-www-form-urlencoded"
	request("/a?size=1", "", "")
	request("/a", form, "size=1")
	request("/a%20b", "", "")
	request("/a?page=2", form, "size=1")
	request("/a", form+"; charset=utf-8", "size=1")
	request("/a?id=1&id=2", "", "")
}
GO
cat > find.py <<'PY'
import json
import sys

from oauthlib.oauth1.rfc5849 import signature
from oauthlib.common import Request

for line in sys.stdin:
    seen = json.loads(line)
    text = " ".join(filter(None, (seen["method"], seen["target"], seen.get("type"), seen.get("body"))))
    if "error" in seen:
        print(f"{text}: error: {seen['error']}")
        continue
    headers = {"Authorization": seen["authorization"]}
    url = f"http://{seen['host']}{seen['target']}"
    # oauthlib reads a body that is a form; whether it is one tells the type without its parameters.
    body = seen["body"] if seen["type"].split(";")[0] == "application/x-www-form-urlencoded" else ""
    request = Request(url, seen["method"], body, headers)
    query = url.partition("?")[2]
    parameters = signature.collect_parameters(uri_query=query, body=body, headers=headers, exclude_oauth_signature=False)
    request.params = [pair for pair in parameters if pair[0] != "oauth_signature"]
    request.signature = dict(parameters)["oauth_signature"]
    print(f"{text}: {'right' if signature.verify_hmac_sha1(request, 'secret', 'other') else 'wrong'}")
PY
timeout 90 usr/lib/go-1.19/bin/go run find.go 2>&1 | timeout 20 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
GET /a?size=1: right
POST /a application/x-www-form-urlencoded size=1: right
GET /a%20b: wrong
POST /a?page=2 application/x-www-form-urlencoded size=1: wrong
POST /a application/x-www-form-urlencoded; charset=utf-8 size=1: wrong
GET /a?id=1&id=2: error: Must have exactly one value per param
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
