#!/bin/bash
# sscg: for an IP address, as its manual has it, there is "Cannot allocate memory"; without "IP:" the address becomes a DNS name.
#
# Versions: sscg 3.0.2 (Debian 12: 3.0.2-1+b1), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: its help: --subject-alt-name "also accepts explicit values supported by RFC 5280 such as IP:xxx.xxx.xxx.xxx/yyy.yyy.yyy.yyy". RFC 5280,
#   section 4.2.1.6: an address is an iPAddress name of four or sixteen octets; a mask is for name constraints alone (4.2.1.10).
# Seen: IP:127.0.0.1/255.255.255.255 is "ERROR: Cannot allocate memory", since OpenSSL does not take it as a name. IP:127.0.0.1 and IP:::1 are an
#   "Invalid name constraint", since there it wants a mask. Of 127.0.0.1 it makes a certificate with the name DNS:127.0.0.1, and that is not for
#   https://127.0.0.1/. For a second host name all is well.
# Why it matters: sscg is what Fedora's packages make their first certificates with, and machines that are new have an address first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sscg=3.0.2-1+b1 libpath-utils1=0.6.2-1 libpopt0=1.19+dfsg-1 libtalloc2=2.4.0-f2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu

for name in other.example.org IP:127.0.0.1/255.255.255.255 IP:127.0.0.1 IP:::1 127.0.0.1; do
    rm -f cert.pem
    said=$(usr/bin/sscg --force --hostname www.example.org --subject-alt-name "$name" --cert-file cert.pem --cert-key-file key.pem \
        --ca-file ca.pem 2>&1) || said="$said (exit status $?)"
    made=
    if [ -s cert.pem ]; then
        made="$(openssl x509 -in cert.pem -noout -ext subjectAltName | tail -1 | tr -d ' ')"
        case $name in *example.org) option=-verify_hostname ;; *) option=-verify_ip ;; esac
        if openssl verify -CAfile ca.pem $option "$name" cert.pem >verify.log 2>&1; then good="good"; else good="not good"; fi
        made="$made, $good for it"
    fi
    echo "$name: $made$(grep -v '^Wrote' <<<"$said" | paste -sd' ')"
done | tee seen
cat > expected <<'TEXT'
other.example.org: DNS:www.example.org,DNS:other.example.org, good for it
IP:127.0.0.1/255.255.255.255: ERROR: Cannot allocate memory (exit status 12)
IP:127.0.0.1: Invalid name constraint: permitted;DNS:www.example.org, permitted;IP:127.0.0.1 ERROR: Invalid argument (exit status 22)
IP:::1: Invalid name constraint: permitted;DNS:www.example.org, permitted;IP:::1 ERROR: Invalid argument (exit status 22)
127.0.0.1: DNS:www.example.org,DNS:127.0.0.1, not good for it
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
