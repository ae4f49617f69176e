#!/bin/bash
# pires/go-proxyproto: a client that comes by IPv4 to HAProxy's dual-stack socket is refused with "invalid address".
#
# Versions: go-proxyproto 0.4.2 (Debian 12: golang-github-pires-go-proxyproto-dev 0.4.2-3), Go 1.19.8, HAProxy 2.6.12 of Debian 12. Wants
#   `apt-get update` beforehand, IPv6 on the loopback, and some 80 MB.
# Expected: the PROXY protocol's specification (HAProxy, doc/proxy-protocol.txt), section 2.1: with TCP6 both addresses are IPv6 addresses in their
#   text form. RFC 4291, sections 2.2 and 2.5.5.2: "::ffff:192.0.2.1" is one, an IPv4-mapped IPv6 address.
# Seen: HAProxy with `bind :::PORT v4v6` gets IPv4 clients at an IPv6 socket, and says "PROXY TCP6 ::ffff:127.0.0.1 ::ffff:127.0.0.1 ...". The
#   library asks Go whether the address can be one of IPv4, which it can, and refuses the connection. The client that comes from ::1 is answered,
#   and both are with `send-proxy-v2`, where the addresses are octets.
# Why it matters: `v4v6` is how one listens to both at once, and most clients come by IPv4. Two lines, `bind :PORT` and `bind :::PORT v6only`, or
#   send-proxy-v2 help.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download golang-1.19-go=1.19.8-2 golang-1.19-src=1.19.8-2 golang-github-pires-go-proxyproto-dev=0.4.2-3 \
    haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > server.go <<'GO'
package main

import (
	"fmt"
	"net"
	"os"

	"github.com/pires/go-proxyproto"
)

func main() {
	plain, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	listener := &proxyproto.Listener{Listener: plain}
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		buffer := make([]byte, 100)
		if count, err := connection.Read(buffer); err != nil {
			fmt.Println(err)
		} else {
			fmt.Printf("%q from %v\n", buffer[:count], connection.RemoteAddr().(*net.TCPAddr).IP)
			connection.Write([]byte("welcome"))
		}
		connection.Close()
	}
}
GO
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off CGO_ENABLED=0
"$GOROOT/bin/go" build -o server server.go

cat > find.py <<'PY'
import os
import socket
import subprocess
import sys
import time

HAPROXY = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 10s
    timeout server 10s
listen clients
    bind :::PORT v4v6
    server go 127.0.0.1:SERVER OPTION
"""


def free_port():
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as free:
        return free.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("no server")


environment = {**os.environ, "LD_LIBRARY_PATH": f"{os.getcwd()}/usr/lib/x86_64-linux-gnu"}
as_stated = True
for option, expected in (("send-proxy", ["nothing", "welcome"]), ("send-proxy-v2", ["welcome", "welcome"])):
    port, server_port = free_port(), free_port()
    with open("haproxy.cfg", "w") as file:
        file.write(HAPROXY.replace("PORT", str(port)).replace("SERVER", str(server_port)).replace("OPTION", option))
    with open("server.log", "w") as log:
        server = subprocess.Popen(["./server", f"127.0.0.1:{server_port}"], stdout=log)
    wait_for(server_port)
    with open("haproxy.log", "w") as log:
        haproxy = subprocess.Popen(["usr/sbin/haproxy", "-db", "-f", "haproxy.cfg"], env=environment, stdout=log, stderr=log)
    try:
        wait_for(port)
        answers = []
        for address in ("127.0.0.1", "::1"):
            with socket.create_connection((address, port), timeout=10) as client:
                client.sendall(b"hello")
                try:
                    answers.append(client.recv(100).decode() or "nothing")
                except ConnectionResetError:
                    answers.append("nothing")
    finally:
        for process in (haproxy, server):
            process.terminate()
            process.wait()
    with open("server.log") as log:
        said = [line for line in log.read().splitlines() if line != "EOF"]
    print(f"{option}: 127.0.0.1 gets {answers[0]!r}, ::1 gets {answers[1]!r}; the server: {'; '.join(said)}")
    as_stated &= answers == expected and (option == "send-proxy-v2" or "proxyproto: invalid address" in said)
sys.exit(not as_stated)
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }
