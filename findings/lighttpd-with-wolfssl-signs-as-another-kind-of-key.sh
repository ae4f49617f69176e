#!/bin/bash
# lighttpd with wolfSSL: it starts with an RSASSA-PSS key, and no client connects, since it signs as if the key were for RSA in general.
#
# Versions: lighttpd 1.4.69 (Debian 12: lighttpd, lighttpd-mod-wolfssl 1.4.69-1), wolfSSL 5.5.4 (libwolfssl35 5.5.4-2+deb12u3), Python 3.11's ssl as
#   client. Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 4.2.3: with rsa_pss_rsae_* the public key in the certificate "MUST use the rsaEncryption OID", with rsa_pss_pss_* "the
#   RSASSA-PSS OID", also in TLS 1.2 where these are agreed on. A key that cannot be used is an error at the start.
# Seen: with a key of `openssl genpkey -algorithm RSA-PSS` the server starts without a word. Every client, with TLS 1.2 and 1.3, that offers both
#   kinds of algorithms, gets a signature named as the first kind, and ends with "wrong signature type". With an RSA key, else the same, all is
#   well.
# Why it matters: wolfSSL is in many devices. The server's log has numbers, and nothing of the key; lighttpd with OpenSSL or GnuTLS takes it.
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
    openssl req -x509 -newkey "$1" -pkeyopt rsa_keygen_bits:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout key.pem -out cert.pem 2>openssl.log
    cat key.pem cert.pem >server.pem
    LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu usr/sbin/lighttpd -D -f lighttpd.conf -m usr/lib/lighttpd >lighttpd.log 2>&1 &
    server=$!
    seen=$(python3 client.py "$port" | paste -sd' ')
    kill $server
    wait $server 2>/dev/null || true
    echo "$1: $seen"
    [ "$seen" = "$2" ] || as_stated=no
}
check rsa "TLSv1.2 TLSv1.3"
check rsa-pss "WRONG_SIGNATURE_TYPE WRONG_SIGNATURE_TYPE"
grep -o 'SSL: .*' error.log | sort -u
[ $as_stated = yes ] || { echo "CHANGED: see above"; exit 1; }
