#!/bin/bash
# Nmap: of a server with an Ed25519 or an RSASSA-PSS key ssl-enum-ciphers lists TLS 1.3 alone, though the server speaks TLS 1.2 as well.
#
# Versions: Nmap 7.93 (Debian 12: nmap 7.93+dfsg1-1), OpenSSL 3.0 as server and as the other client. Wants `apt-get update` beforehand.
# Expected: RFC 8422, section 5.10, has Ed25519 for TLS 1.2, and RFC 8446, section 4.2.3, rsa_pss_pss_sha256 and others also where TLS 1.2 is negotiated.
#   Nmap's description of ssl-enum-ciphers: "The end result is a list of all the ciphersuites and compressors that a server accepts."
# Seen: `openssl s_client -tls1_2` connects to each of four servers. Nmap lists TLSv1.2 and TLSv1.3 for those with ECDSA and RSA keys, and TLSv1.3 alone for
#   those with an Ed25519 and an RSASSA-PSS key. There is no warning.
# Why it matters: whoever looks for servers that still speak TLS 1.2, or for the weak ciphers of it, takes these for servers of TLS 1.3 only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download nmap=7.93+dfsg1-1 nmap-common=7.93+dfsg1-1 libblas3=3.11.0-2 liblinear4=2.3.0+dfsg-5 liblua5.3-0=5.3.6-2 libpcap0.8=1.10.3-1 \
    libpcre3=2:8.39-15 lua-lpeg=1.0.2-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
libraries=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu:$work/usr/lib/x86_64-linux-gnu/blas

for key in ed25519 rsa-pss ec rsa; do
    options=()
    [ $key = ec ] && options=(-pkeyopt ec_paramgen_curve:P-256)
    openssl genpkey -algorithm $key "${options[@]}" -out key.pem 2>openssl.log
    openssl req -x509 -key key.pem -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -out cert.pem
    port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    timeout 120 openssl s_server -accept "127.0.0.1:$port" -cert cert.pem -key key.pem -quiet -www >server.log 2>&1 &
    server=$!
    for _ in $(seq 100); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>connect.log && break
        sleep 0.1
    done
    for version in tls1_2 tls1_3; do
        echo "$key: openssl s_client: $(openssl s_client -connect "127.0.0.1:$port" -CAfile cert.pem -verify_return_error "-$version" </dev/null 2>client.log |
            sed -n 's/^New, \(TLSv[0-9.]*\),.*/\1/p')"
    done
    # shellcheck disable=SC2046
    echo "$key: nmap:" $(LD_LIBRARY_PATH=$libraries LUA_CPATH="$work/usr/lib/x86_64-linux-gnu/lua/5.3/?.so" timeout 60 usr/bin/nmap \
        --datadir usr/share/nmap -Pn -n -sT -p "$port" --script ssl-enum-ciphers 127.0.0.1 2>nmap.log | grep -o 'TLSv[0-9.]*[0-9]')
    kill $server
    wait $server || true
done >seen
cat seen
cat > expected <<'TEXT'
ed25519: openssl s_client: TLSv1.2
ed25519: openssl s_client: TLSv1.3
ed25519: nmap: TLSv1.3
rsa-pss: openssl s_client: TLSv1.2
rsa-pss: openssl s_client: TLSv1.3
rsa-pss: nmap: TLSv1.3
ec: openssl s_client: TLSv1.2
ec: openssl s_client: TLSv1.3
ec: nmap: TLSv1.2 TLSv1.3
rsa: openssl s_client: TLSv1.2
rsa: openssl s_client: TLSv1.3
rsa: nmap: TLSv1.2 TLSv1.3
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
