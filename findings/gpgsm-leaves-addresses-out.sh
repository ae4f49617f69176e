#!/bin/bash
# gpgsm: of a certificate's alternative names it lists DNS names, mail addresses and URIs, and of IP addresses not even that there are some.
#
# Versions: GnuPG 2.2.40 (Debian 12: gpgsm 2.2.40-1.1+deb12u2), libksba 1.6.3, OpenSSL. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: a name may be an IP address. gpgsm's manual: --list-keys lists certificates, and --dump-cert does it "using a
#   format useful mainly for debugging", that is, everything.
# Seen: for localhost, 127.0.0.1, ::1, https://example.org/ and user@example.org there are "aka:" lines for three in either list. The certificate
#   for 127.0.0.1 alone has none, and seems to have no other names.
# Why it matters: who looks whether a server's certificate has its address gets a wrong answer. `openssl x509 -ext subjectAltName` has all.
set -eu
work=$(mktemp -d)
trap 'usr/bin/gpg-connect-agent --homedir "$work/home" --no-autostart KILLAGENT /bye >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {gpgsm,gpg-agent,gpgconf}=2.2.40-1.1+deb12u2 libksba8=1.6.3-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu GNUPGHOME=$work/home
mkdir -m 700 home
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -addext "subjectAltName=$2" -keyout key.pem -out "$1.pem" 2>openssl.log
}
certificate many DNS:localhost,IP:127.0.0.1,IP:::1,URI:https://example.org/,email:user@example.org
certificate one IP:127.0.0.1

gpgsm() {
    usr/bin/gpgsm --batch --agent-program usr/bin/gpg-agent "$@" 2>gpgsm.log
}
for name in many one; do
    openssl x509 -in $name.pem -noout -ext subjectAltName | tail -1
    gpgsm --import $name.pem || true
    for list in --list-keys --dump-cert; do
        names=$(gpgsm $list "/CN=$name" | sed -n 's/^ *aka: //p' | paste -sd' ')
        echo "$name $list: $names"
    done
done | tee seen
grep -v '^ ' seen >plain
cat > expected <<'TEXT'
many --list-keys: (dns-name localhost) (uri https://example.org/) user@example.org
many --dump-cert: (8:dns-name9:localhost) (3:uri20:https://example.org/) <user@example.org>
one --list-keys: 
one --dump-cert: 
TEXT
diff expected plain || { echo "CHANGED: see above"; exit 1; }
