#!/bin/bash
# PostgreSQL: to a server whose certificate is signed with Ed25519, psql cannot log in with a password: "could not find digest for NID UNDEF".
#
# Versions: PostgreSQL and libpq 15.20 (Debian 12: 15.20-0+deb12u1), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: libpq's documentation has of channel_binding that the default "prefer" means "the client will choose channel binding if available". RFC 5929,
#   section 4.1: for a certificate whose signature uses no hash function tls-server-end-point is undefined at this time, so it is not available.
# Seen: the server starts with the certificate and offers SCRAM-SHA-256-PLUS, whose only binding is the one that is undefined. With the defaults psql
#   takes the offer and fails, and the server logs nothing. With channel_binding=disable the same password opens an encrypted session. With an ECDSA
#   certificate both do.
# Why it matters: private CAs hand out Ed25519 certificates, and the message names neither the certificate nor the setting that helps.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -qq download postgresql-15=15.20-0+deb12u1 postgresql-client-15=15.20-0+deb12u1 libpq5=15.20-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
programs=$work/usr/lib/postgresql/15/bin
mkdir data
as_user=()
if [ "$(id -u)" = 0 ]; then
    chown nobody data
    as_user=(setpriv --reuid nobody --regid nogroup --clear-groups)
fi
echo secret >password
chmod 644 password
"${as_user[@]}" "$programs/initdb" -D data -U user --pwfile password -A scram-sha-256 >initdb.log 2>&1
echo "hostssl all all 127.0.0.1/32 scram-sha-256" >data/pg_hba.conf

make_certificate() {
    openssl req -x509 -newkey "$@" -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout data/server.key \
        -out data/server.crt 2>openssl.log
    chmod 600 data/server.key
    chown --reference=data data/server.key data/server.crt
    cp data/server.crt ca.pem
}

log_in() {
    echo "$1, channel_binding=$2: $(PGPASSWORD=secret PGCONNECT_TIMEOUT=10 "$programs/psql" \
        -At -c 'select version from pg_stat_ssl where pid=pg_backend_pid()' \
        "host=localhost hostaddr=127.0.0.1 port=$port user=user dbname=postgres sslmode=verify-full sslrootcert=ca.pem channel_binding=$2" 2>&1 |
        sed 's/.*failed: //')"
}

for kind in "ed25519" "ec -pkeyopt ec_paramgen_curve:P-256"; do
    # shellcheck disable=SC2086
    make_certificate $kind
    port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "${as_user[@]}" timeout 60 "$programs/postgres" -D data -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c ssl=on >server.log 2>&1 &
    server=$!
    for _ in $(seq 100); do
        grep -q 'ready to accept' server.log && break
        sleep 0.1
    done
    log_in "${kind%% *}" prefer
    log_in "${kind%% *}" disable
    echo "${kind%% *}: $(grep -c -E 'ERROR|FATAL|digest' server.log || true) complaints in the server's log"
    kill "$server"
    wait "$server" || true
done >seen
cat seen
cat > expected <<'TEXT'
ed25519, channel_binding=prefer: could not find digest for NID UNDEF
ed25519, channel_binding=disable: TLSv1.3
ed25519: 0 complaints in the server's log
ec, channel_binding=prefer: TLSv1.3
ec, channel_binding=disable: TLSv1.3
ec: 0 complaints in the server's log
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
