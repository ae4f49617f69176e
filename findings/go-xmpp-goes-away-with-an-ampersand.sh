#!/bin/bash
# Go's mattn/go-xmpp: with the status "Coffee & cake" it sends what is no XML, for which servers close the stream; without any it sends a <show/> of no kind.
#
# Versions: mattn/go-xmpp of 2022-07-12 (Debian 12: golang-github-mattn-go-xmpp-dev 0.0~git20220712.2eb2349-1), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2),
#   Python 3.11's XML parser, and a server of the script's over loopback. Wants `apt-get update` beforehand.
# Expected: its documentation of Options: "Presence Status", and "Status message"; a Resource, "like "bot"". XML 1.0, section 2.4: "&" and "<" in a
#   text are "&amp;" and "&lt;". RFC 6120, section 4.9.3.13: for what is not well-formed the server "MUST" close the stream, and section 11.1. RFC 6121,
#   section 4.7.2.1: the text of <show/>, which may be left out, "MUST be one of the following: away, chat, dnd, xa".
# Seen: Options.StatusMessage, Status and Resource are put into the stream as they are; other texts, such as those of messages, are escaped. NewClient
#   returns no error, as it does not wait for an answer, and the next call finds the stream closed. Without options the presence has an empty <show>.
# Why it matters: the program is gone as soon as somebody writes such a status; strict servers and clients refuse the empty one. Escape it before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-mattn-go-xmpp-dev=0.0~git20220712.2eb2349-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/mattn/go-xmpp"
)

func main() {
	options := xmpp.Options{Host: os.Args[1], User: "jo@example.org", Password: "secret", NoTLS: true, InsecureAllowUnencryptedAuth: true}
	options.Status, options.StatusMessage = os.Args[2], os.Args[3]
	client, err := options.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	client.Send(xmpp.Chat{Remote: "ann@example.org", Type: "chat", Text: "tea & coffee"})
	time.Sleep(200 * time.Millisecond)
	client.Close()
}
GO
cat > find.py <<'PY'
import re
import socket
import subprocess
import threading
from xml.etree import ElementTree

STREAM = "<?xml version='1.0'?><stream:stream id='1' from='example.org' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
PLAIN = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>"
BIND = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"
BOUND = "<iq type='result' id='{}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>jo@example.org/1</jid></bind></iq>"


def serve(listener, seen):
    connection = listener.accept()[0]
    connection.settimeout(10)
    data = ""

    def until(pattern):
        nonlocal data
        while not (found := re.search(pattern, data, re.S)):
            octets = connection.recv(65536)
            if not octets:
                raise ConnectionError
            data += octets.decode()
        data = data[found.end():]
        return found

    with connection:
        try:
            until("<stream:stream[^>]*>")
            connection.sendall((STREAM + PLAIN).encode())
            until("</auth>")
            connection.sendall(b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            until("<stream:stream[^>]*>")
            connection.sendall((STREAM + BIND).encode())
            connection.sendall(BOUND.format(until("<iq [^>]*id='([^']*)'.*?</iq>")[1]).encode())
            seen.append(until("<presence.*?</presence>")[0])
            seen.append(re.sub(" id='[^']*'", "", until("<message.*?</message>")[0]))
        except ConnectionError:
            pass


for status, message in (("away", "Coffee"), ("away", "Coffee & cake"), ("", "")):
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener, seen), daemon=True)
        thread.start()
        command = ["./find", f"127.0.0.1:{listener.getsockname()[1]}", status, message]
        print(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20).stdout, end="")
        thread.join(10)
    for text in seen:
        try:
            result = f"well-formed, show {ElementTree.fromstring(text).findtext('show', 'missing')!r}" if "<presence" in text else "well-formed"
            ElementTree.fromstring(text)
        except ElementTree.ParseError:
            result = "not well-formed"
        print(f"{text}: {result}")
PY
{
    timeout 90 usr/lib/go-1.19/bin/go build -o find find.go
    timeout 60 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
<presence xml:lang='en'><show>away</show><status>Coffee</status></presence>: well-formed, show 'away'
<message to='ann@example.org' type='chat' xml:lang='en'><body>tea &amp; coffee</body></message>: well-formed
<presence xml:lang='en'><show>away</show><status>Coffee & cake</status></presence>: not well-formed
<message to='ann@example.org' type='chat' xml:lang='en'><body>tea &amp; coffee</body></message>: well-formed
<presence xml:lang='en'><show></show><status></status></presence>: well-formed, show ''
<message to='ann@example.org' type='chat' xml:lang='en'><body>tea &amp; coffee</body></message>: well-formed
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
