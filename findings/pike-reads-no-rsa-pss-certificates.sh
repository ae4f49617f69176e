#!/bin/bash
# Pike: a certificate with an RSASSA-PSS signature ends in "Bad argument 1 to ``+()", and one with an Ed25519 key is no certificate.
#
# Versions: Pike 8.0.1738 (Debian 12: pike8.0-core 8.0.1738-1+b2), OpenSSL 3.0. Wants `apt-get update` beforehand.
# Expected: RFC 4055, section 3.1: the parameters of RSASSA-PSS are tagged [0] to [3], with an INTEGER for the length of the salt in [2]. RFC 8410: Ed25519
#   in certificates. Pike's documentation of Standards.X509.decode_certificate: an object "if ok, otherwise 0".
# Seen: the tagged INTEGER is taken for a subjectUniqueID, a BIT STRING, which has tag [2] at another place, and the method of that fails with
#   an error that names neither. For Ed25519 0 is returned. RSA with PKCS #1 and ECDSA are read.
# Why it matters: who reads certificates of others meets both; a loop over a file of them, which is ready for 0, ends at the first with PSS.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download pike8.0-core=8.0.1738-1+b2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x pike8.0-core_*.deb .
master=$work/usr/lib/pike8.0/master.pike
sed -i "s#\"/usr/lib/pike8.0#\"$work/usr/lib/pike8.0#" "$master"
new() {
    openssl req -x509 -nodes -days 30 -subj /CN=example.org -keyout key.pem -out "$1.pem" "${@:2}" 2>openssl.log
}
new PKCS1 -newkey rsa:2048
new ECDSA -newkey ec -pkeyopt ec_paramgen_curve:P-256
new PSS -newkey rsa:2048 -sigopt rsa_padding_mode:pss
new Ed25519 -newkey ed25519

cat > find.pike <<'PIKE'
string describe(string name)
{
    string certificate = Standards.PEM.Messages(Stdio.read_file(name + ".pem"))->get_certificates()[0];
    mixed error = catch {
        object decoded = Standards.X509.decode_certificate(certificate);
        return decoded ? decoded->subject_str() : "0";
    };
    return (describe_error(error) / ".")[0];
}

int main()
{
    mapping(string:string) expected = (["PKCS1": "example.org", "ECDSA": "example.org", "PSS": "Bad argument 1 to ``+()", "Ed25519": "0"]);
    mapping(string:string) seen = ([]);
    foreach (sort(indices(expected)), string name) {
        seen[name] = describe(name);
        write("%s: %s\n", name, seen[name]);
    }
    return !equal(seen, expected);
}
PIKE
usr/bin/pike8.0 -m"$master" find.pike || { echo "CHANGED: see above"; exit 1; }
