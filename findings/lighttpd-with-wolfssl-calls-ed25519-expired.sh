#!/bin/bash
# lighttpd with wolfSSL: of a certificate with an Ed25519 key, valid since today, it says "inactive/expired X509 certificate", and uses it.
#
# Versions: lighttpd 1.4.69 (Debian 12: lighttpd, lighttpd-mod-wolfssl 1.4.69-1), wolfSSL 5.5.4 (libwolfssl35 5.5.4-2+deb12u3), Python 3.11's ssl as
#   client. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5: a certificate is valid between its two dates, of whatever kind the key is. lighttpd says this of certificates
#   that are outside of them.
# Seen: for certificates with RSA, P-256 and Ed25519 keys, made in the same way and for the same 30 days, it prints that line for the last one only,
#   and clients that verify connect to all three. It comes at the start, among the errors.
# Why it matters: who watches the log for certificates that end renews this one again and again.
set -eu
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download lighttpd=1.4.69-1 lighttpd-mod-wolfssl=1.4.69-1 libwolfssl35=5.5.4-2+deb12u3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > lighttpd.conf <<CONF
server.document-root = "$work"
server.bind = "127.0.0.1"
server.port = $port
server.modules = ("mod_wolfssl")
server.errorlog = "$work/error.log"
\$SERVER["socket"] == "127.0.0.1:$port" {
    ssl.engine = "enable"
    ssl.pemfile = "$work/server.pem"
}
CONF
cat > client.py <<'PY'
import socket
import ssl
import sys
import time

for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context(cafile="cert.pem")
    context.minimum_version = context.maximum_version = version
    for _ in range(100):
        try:
            sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
            break
        except OSError:
            time.sleep(0.1)
    try:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            print(tls.version())
    except ssl.SSLError as error:
        print(error.reason)
PY
as_stated=yes
check() {
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout key.pem -out cert.pem 2>openssl.log
    cat key.pem cert.pem >server.pem
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu usr/sbin/lighttpd -D -f lighttpd.conf -m usr/lib/lighttpd >lighttpd.log 2>&1 &
    server=$!
    seen=$(python3 client.py "$port" | paste -sd' ')
    kill $server
    wait $server 2>/dev/null || true
    said=$(grep -o 'inactive/expired X509 certificate' lighttpd.log | sort -u || true)
    echo "$1: clients $seen; it says: $said"

    expected=
    if [ "$1" = ed25519 ]; then expected="inactive/expired X509 certificate"; fi
    [ "$seen; $said" = "TLSv1.2 TLSv1.3; $expected" ] || as_stated=no
}
check rsa:2048
check ec -pkeyopt ec_paramgen_curve:P-256
check ed25519
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
