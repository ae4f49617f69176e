#!/bin/bash
# Mono: of a certificate with an Ed25519 signature X509Certificate2.SignatureAlgorithm, and so ToString(true), says "The OID value is invalid."
#
# Versions: Mono 6.8.0.105 (Debian 12: 6.8.0.105+dfsg-3.3+deb12u1), OpenSSL for certificates. Wants `apt-get update` beforehand.
# Expected: RFC 8410, section 3: Ed25519's identifier is 1.3.101.112, a valid OID; Mono itself gives it as PublicKey.Oid, without complaint. .NET's
#   Oid may have a value without a name.
# Seen: for RSA and ECDSA both work. For Ed25519, PublicKey.Oid.Value is 1.3.101.112 and ToString() has the names, and SignatureAlgorithm and
#   ToString(true) are a CryptographicException, as the property takes only identifiers that Mono has a name for.
# Why it matters: programs that list or log certificates fail at the first of these, and the message blames the certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=6.8.0.105+dfsg-3.3+deb12u1
apt-get -qq download {mono-runtime-sgen,mono-runtime-common,mono-mcs,libmono-corlib4.5-dll,libmono-corlib4.5-cil}=$version \
    {libmono-security4.0,libmono-system{,-core,-configuration,-xml,-security,-numerics}4.0}-cil=$version 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
for type in rsa ec ed25519; do
    options=()
    if [ $type = ec ]; then options=(-pkeyopt ec_paramgen_curve:P-256); fi
    openssl req -x509 -newkey $type "${options[@]}" -nodes -days 30 -subj /CN=localhost -keyout key.pem -out $type.pem 2>openssl.log
done

cat > find.cs <<'CS'
using System;
using System.Security.Cryptography.X509Certificates;

class Find
{
    static string Attempt(Func<string> function)
    {
        try {
            return function();
        } catch (Exception error) {
            return error.GetType().Name + ": " + error.Message;
        }
    }

    static void Main()
    {
        foreach (var name in new[] { "rsa", "ec", "ed25519" }) {
            var certificate = new X509Certificate2(name + ".pem");
            Console.WriteLine(name + " key: " + Attempt(() => certificate.PublicKey.Oid.Value));
            Console.WriteLine(name + " signature: " + Attempt(() => certificate.SignatureAlgorithm.Value));
            Console.WriteLine(name + " text: " + Attempt(() => certificate.ToString(true).Split('\n')[0]));
        }
    }
}
CS
export HOME=$work LD_LIBRARY_PATH=$work/usr/lib MONO_GAC_PREFIX=$work/usr MONO_CFG_DIR=$work/etc
usr/bin/mono-sgen usr/lib/mono/4.5/mcs.exe find.cs >mcs.log || { cat mcs.log; exit 2; }
usr/bin/mono-sgen find.exe | tee seen
cat > expected <<'TEXT'
rsa key: 1.2.840.113549.1.1.1
rsa signature: 1.2.840.113549.1.1.11
rsa text: [Version]
ec key: 1.2.840.10045.2.1
ec signature: 1.2.840.10045.4.3.2
ec text: [Version]
ed25519 key: 1.3.101.112
ed25519 signature: CryptographicException: The OID value is invalid.
ed25519 text: CryptographicException: The OID value is invalid.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
