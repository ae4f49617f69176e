#!/bin/bash
# Go's h12.io/socks: a SOCKS5 proxy that answers with an IPv6 address or a name, in two segments, or together with the server's first words, "does not
#   respond properly".
#
# Versions: h12.io/socks (Debian 12: golang-h12-socks-dev 1.0.2-1), golang.org/x/net/proxy 0.7.0 for comparison (golang-golang-x-net-dev 1:0.7.0+dfsg-1), Go
#   1.19.8 (golang-1.19-go and -src 1.19.8-2), proxies of the script's over loopback. Wants `apt-get update` beforehand.
# Expected: RFC 1928, section 6: the reply has the address of the proxy's own end, of type IPv4, domain name or IPv6, so that it has 10, 22 or 7 and more
#   octets, and "the client and server may now start passing data". RFC 9293, section 3.8 and others: TCP is a stream, and has no boundaries between writes.
# Seen: it reads once, and wants exactly ten octets: of an IPv6 address it gets 22, of an answer in two segments four, and of one with the greeting of a mail
#   server behind it more. x/net/proxy reads all of them.
# Why it matters: no connection through proxies that go on by IPv6, such as Dante; and where the server speaks first (SSH, SMTP, FTP) it depends on the
#   weather.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-h12-socks-dev=1.0.2-1 golang-golang-x-net-dev=1:0.7.0+dfsg-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/net/proxy"
	"h12.io/socks"
)

// serve is a proxy that writes the pieces as its answer to CONNECT, and a greeting.
func serve(listener net.Listener, pieces []string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		buffer := make([]byte, 3)
		io.ReadFull(connection, buffer)
		connection.Write([]byte{5, 0})
		io.ReadFull(connection, make([]byte, 5+len("mail.example.org")+2))
		for _, piece := range pieces {
			connection.Write([]byte(piece))
			time.Sleep(100 * time.Millisecond)
		}
	}
}

func result(connection net.Conn, err error) string {
	if err != nil {
		return err.Error()
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(3 * time.Second))
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q", line)
}

func main() {
	greeting := "220 mail.example.org\n"
	ipv4 := "\x05\x00\x00\x01\xc0\x00\x02\x01\x04\x00"
	ipv6 := "\x05\x00\x00\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x04\x00"
	name := "\x05\x00\x00\x03\x11proxy.example.org\x04\x00"
	for _, test := range []struct {
		text   string
		pieces []string
	}{
		{"IPv4", []string{ipv4, greeting}},
		{"IPv6", []string{ipv6, greeting}},
		{"name", []string{name, greeting}},
		{"IPv4 in two segments", []string{ipv4[:4], ipv4[4:], greeting}},
		{"IPv4 with the greeting", []string{ipv4 + greeting}},
	} {
		listener, _ := net.Listen("tcp", "127.0.0.1:0")
		go serve(listener, test.pieces)
		address := listener.Addr().String()
		fmt.Printf("%s: h12.io/socks: %s\n", test.text, result(socks.Dial("socks5://"+address+"?timeout=5s")("tcp", "mail.example.org:25")))
		dialer, _ := proxy.SOCKS5("tcp", address, nil, proxy.Direct)
		fmt.Printf("%s: x/net/proxy: %s\n", test.text, result(dialer.Dial("tcp", "mail.example.org:25")))
		listener.Close()
	}
}
GO
timeout 90 usr/lib/go-1.19/bin/go run find.go >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
IPv4: h12.io/socks: "220 mail.example.org\n"
IPv4: x/net/proxy: "220 mail.example.org\n"
IPv6: h12.io/socks: server does not respond properly
IPv6: x/net/proxy: "220 mail.example.org\n"
name: h12.io/socks: server does not respond properly
name: x/net/proxy: "220 mail.example.org\n"
IPv4 in two segments: h12.io/socks: server does not respond properly
IPv4 in two segments: x/net/proxy: "220 mail.example.org\n"
IPv4 with the greeting: h12.io/socks: server does not respond properly
IPv4 with the greeting: x/net/proxy: "220 mail.example.org\n"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
