#!/bin/bash
# OpenLDAP's clients: a certificate for localhost is refused at ldaps://localhost/, because the clients look for the machine's own name in it.
#
# Versions: OpenLDAP 2.5.13 (Debian 12: slapd, ldap-utils and libldap-2.5-0 2.5.13+dfsg-5), OpenSSL 3.0 for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 6125, section 6.2.1: the reference identifiers come from the name that a human user or the configuration has given. RFC 4513, section
#   3.1.3: the client compares the reference identity with each subjectAltName value of its type. The manual pages of ldapsearch and ldap.conf do not
#   say that localhost is different.
# Seen: one server with a certificate for DNS:localhost and IP:127.0.0.1. ldapwhoami at ldaps://127.0.0.1 is right. At ldaps://localhost, and at
#   ldaps://LOCALHOST, it says "hostname (...) does not match common name in certificate (localhost)", with the name of the machine in the first
#   parentheses, and without -d 1 only "Can't contact LDAP server". `openssl s_client -verify_hostname localhost` accepts the same server.
# Why it matters: test servers and local proxies have such certificates, and programs that use libldap refuse them. The address works instead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5 libltdl7=2.4.7-7~deb12u1 libodbc2=2.3.11-2+deb12u1 \
    libwrap0=7.6.q-32 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
name=$(python3 -c 'import socket; print(socket.getaddrinfo(socket.gethostname(), None, flags=socket.AI_CANONNAME)[0][3])')
[ "$name" != localhost ] || { echo "this machine is called localhost itself"; exit 2; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log
mkdir database
cat > slapd.conf <<TEXT
include $work/etc/ldap/schema/core.schema
modulepath $work/usr/lib/ldap
moduleload back_mdb
pidfile $work/slapd.pid
TLSCertificateFile $work/cert.pem
TLSCertificateKeyFile $work/key.pem
database mdb
suffix "dc=example,dc=com"
directory $work/database
TEXT
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 60 usr/sbin/slapd -f slapd.conf -h "ldaps://127.0.0.1:$port" -d 0 >slapd.log 2>&1 &
server=$!
for _ in $(seq 100); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>connect.log && break
    sleep 0.1
done
{
    for host in 127.0.0.1 localhost LOCALHOST; do
        for option in "" "-d 1"; do
            # shellcheck disable=SC2086
            echo "ldapwhoami $option -H ldaps://$host: $(LDAPTLS_CACERT=cert.pem timeout 20 usr/bin/ldapwhoami $option -x -H "ldaps://$host:$port" 2>&1 |
                grep -E '^anonymous|^ldap_sasl_bind\(SIMPLE\)|^TLS: hostname' | sed "s/hostname ($name)/hostname (the machine's)/" | head -n 1)"
        done
    done
    echo "openssl s_client: $(openssl s_client -connect "127.0.0.1:$port" -CAfile cert.pem -verify_return_error -verify_hostname localhost </dev/null 2>&1 |
        grep -m 1 'Verify return code')"
} >seen
kill $server
wait $server || true
cat seen
cat > expected <<'TEXT'
ldapwhoami  -H ldaps://127.0.0.1: anonymous
ldapwhoami -d 1 -H ldaps://127.0.0.1: anonymous
ldapwhoami  -H ldaps://localhost: ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)
ldapwhoami -d 1 -H ldaps://localhost: TLS: hostname (the machine's) does not match common name in certificate (localhost).
ldapwhoami  -H ldaps://LOCALHOST: ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)
ldapwhoami -d 1 -H ldaps://LOCALHOST: TLS: hostname (the machine's) does not match common name in certificate (localhost).
openssl s_client: Verify return code: 0 (ok)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
