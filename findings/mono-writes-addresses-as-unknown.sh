#!/bin/bash
# Mono: an IP address among a certificate's names is "Unknown (135)=7F000001", a URI "Unknown (134)=...", and clientAuth an "Unknown Key Usage".
#
# Versions: Mono 6.8.0.105 (Debian 12: 6.8.0.105+dfsg-3.3+deb12u1), OpenSSL for certificates. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: names may be addresses and URIs; section 4.2.1.12: id-kp-clientAuth is next to id-kp-serverAuth. .NET, whose
#   classes these are, has X509Extension.Format() for people to read.
# Seen: for localhost, 127.0.0.1, ::1 and a URI it says "DNS Name=localhost", and then "Unknown (135)=" and "Unknown (134)=" with the octets in
#   hexadecimal; its numbers are the tags as they are in the file, and it knows DNS and mail names alone. Of serverAuth and clientAuth the second is
#   unknown.
# Why it matters: programs show these texts, and search them for the host, as X509Certificate2 has no list of the names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=6.8.0.105+dfsg-3.3+deb12u1
apt-get -qq download {mono-runtime-sgen,mono-runtime-common,mono-mcs,libmono-corlib4.5-dll,libmono-corlib4.5-cil}=$version \
    {libmono-security4.0,libmono-system{,-core,-configuration,-xml,-security,-numerics}4.0}-cil=$version 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext extendedKeyUsage=serverAuth,clientAuth \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1,URI:https://example.org/ -keyout key.pem -out cert.pem 2>openssl.log

cat > find.cs <<'CS'
using System;
using System.Security.Cryptography.X509Certificates;

class Find
{
    static void Main()
    {
        var certificate = new X509Certificate2("cert.pem");
        foreach (var oid in new[] { "2.5.29.17", "2.5.29.37" })
            Console.WriteLine(certificate.Extensions[oid].Format(false));
    }
}
CS
export HOME=$work LD_LIBRARY_PATH=$work/usr/lib MONO_GAC_PREFIX=$work/usr MONO_CFG_DIR=$work/etc
usr/bin/mono-sgen usr/lib/mono/4.5/mcs.exe find.cs >mcs.log || { cat mcs.log; exit 2; }
usr/bin/mono-sgen find.exe | tee seen
cat > expected <<'TEXT'
DNS Name=localhost, Unknown (135)=7F000001, Unknown (135)=00000000000000000000000000000001, Unknown (134)=68747470733A2F2F6578616D706C652E6F72672F
Server Authentication (1.3.6.1.5.5.7.3.1), Unknown Key Usage (1.3.6.1.5.5.7.3.2)
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
