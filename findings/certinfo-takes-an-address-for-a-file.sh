#!/bin/bash
# certinfo: "[::1]:8443" is "no such file or directory", and of a certificate's names it shows neither URIs nor mail addresses.
#
# Versions: certinfo 1.0.6 (Debian 12: 1.0.6+ds1-2+b6), OpenSSL as server. Wants `apt-get update` beforehand, and IPv6 on the loopback.
# Expected: its usage: "certinfo [flags] [<file>|<host:port> ...]". RFC 3986, section 3.2.2, and Go's net.Dial, which it uses: an IPv6 address
#   before a port is in brackets. RFC 5280, section 4.2.1.6: alternative names may be URIs and mail addresses.
# Seen: localhost:PORT and 127.0.0.1:PORT are asked for their certificates. [::1]:PORT is opened as a file, and skipped, with exit status 0. A
#   certificate for spiffe://example.org/a and a@example.org has "DNS Names:" and "IP Addresses:", both of them empty, and nothing else.
# Why it matters: servers with IPv6 alone cannot be asked without a name, and certificates of SPIFFE or for mail seem to be for nobody.
set -eu
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download certinfo=1.0.6+ds1-2+b6 2>apt.log || { cat apt.log; exit 2; }
dpkg -x certinfo_*.deb .
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=service \
    -addext subjectAltName=URI:spiffe://example.org/a,email:a@example.org -keyout key.pem -out cert.pem 2>openssl.log
port=$(python3 -c 'import socket; s = socket.create_server(("::", 0), family=socket.AF_INET6); print(s.getsockname()[1])')
openssl s_server -accept "$port" -key key.pem -cert cert.pem -quiet >server.log 2>&1 &
server=$!
for _ in $(seq 50); do
    if openssl s_client -connect "[::1]:$port" </dev/null >client.log 2>&1; then break; fi
    sleep 0.1
done

as_stated=yes
for host in localhost 127.0.0.1 '[::1]'; do
    status=0
    output=$(usr/bin/certinfo -insecure "$host:$port") || status=$?
    said=$(grep -E "^(Subject:|skipping|tcp)" <<<"$output" || true)
    echo "$host:$port: $said (exit status $status)"
    case $host$said in
    '[::1]skipping '*'no such file or directory' | localhostSubject* | 127.0.0.1Subject*) ;;
    *) as_stated=no ;;
    esac
    [ $status = 0 ] || as_stated=no
done
openssl x509 -in cert.pem -noout -ext subjectAltName
usr/bin/certinfo cert.pem | tee names.log | grep -E '^(Subject|DNS|IP)'
if grep -q example.org names.log; then as_stated=no; fi
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
