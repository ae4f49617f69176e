#!/bin/bash
# tsp-client: the policy that one sets is not asked for, and of the time stamps that OpenSSL verifies three kinds are refused.
#
# Versions: tsp-client 0.2.1, pyOpenSSL 23.3.0, cryptography 41.0.7, asn1crypto 1.5.1 (PyPI), Python 3.11, OpenSSL 3.0 as authority and other
#   verifier.
# Expected: RFC 3161, section 2.4.1: reqPolicy is the policy under which the token SHOULD be issued; section 2.4.2: with the status granted or
#   grantedWithMods there is a token. RFC 5816, section 2.2.1, and RFC 5035: ESSCertIDv2 has the hash of the certificate, SHA-256 by default, or by
#   another algorithm that it names. RFC 5280, section 4.1.2.4: an issuer has a name, of which no part is required. Its documentation: an
#   implementation of RFC 3161, and SigningSettings(policy=...).
# Seen: with policy="1.2.3.4.5" the request has none, and the token is of the authority's default, without an error. A response with grantedWithMods
#   raises TSPClientSigningError, one whose ESSCertIDv2 has SHA-512 "Unable to locate signing certificate", and one whose issuer has no common name
#   KeyError: 'common_name', for a line of the log that nobody asked for. `openssl ts -verify` accepts every one.
# Why it matters: a qualified policy is what one pays for, and the token is of another. The issuer of some authorities has only an organization and a
#   unit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tsp-client==0.2.1 pyopenssl==23.3.0 cryptography==41.0.7 asn1crypto==1.5.1
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
authority() { # file, issuer's subject
    openssl req -x509 $curve -days 30 -subj "$2" -keyout $1-ca.key -out $1-ca.pem 2>openssl.log
    openssl req $curve -subj "/O=Example/CN=TSA" -keyout $1.key -out request.pem 2>openssl.log
    openssl x509 -req -in request.pem -CA $1-ca.pem -CAkey $1-ca.key -set_serial 7 -days 30 \
        -extfile <(echo extendedKeyUsage=critical,timeStamping) -out $1.pem 2>openssl.log
}
authority named "/O=Example/CN=Example CA"
authority nameless "/O=Example/OU=Certification"
for hash in sha256 sha512; do
    cat >>ts.cnf <<CNF
[$hash]
serial = serial
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
signer_digest = sha256
ess_cert_id_alg = $hash
CNF
done

cat > find.py <<'PY'
import subprocess
import sys
import types
import warnings

warnings.simplefilter("ignore")
from asn1crypto import tsp  # noqa: E402
from tsp_client import SigningSettings, TSPSigner, TSPVerifier  # noqa: E402


def openssl(*options):
    return subprocess.run(["openssl", "ts", *options], capture_output=True, text=True, check=True).stdout


def stamp(what, name="named", hash="sha256", status="granted", policy=None):
    policies = []

    def authority(url, headers, data):
        with open("query", "wb") as file:
            file.write(data)
        query = openssl("-query", "-in", "query", "-text")
        policies.append(query.split("Policy OID:")[1].split()[0])
        signer = ["-signer", name + ".pem", "-inkey", name + ".key"]
        openssl("-reply", "-config", "ts.cnf", "-section", hash, "-queryfile", "query", *signer, "-out", "reply")
        with open("reply", "rb") as file:
            reply = tsp.TimeStampResp.load(file.read())
        reply = tsp.TimeStampResp({"status": {"status": status}, "time_stamp_token": reply["time_stamp_token"]}).dump()
        with open("reply", "wb") as file:
            file.write(reply)
        return types.SimpleNamespace(content=reply, raise_for_status=lambda: None)

    signer = TSPSigner()
    signer._verifier = TSPVerifier(ca_pem_file=name + "-ca.pem")
    with open("message", "wb") as file:
        file.write(b"hello")
    try:
        token = signer.sign(b"hello", signing_settings=SigningSettings(transport=authority, policy=policy))
        result = signer._verifier.verify(token, message=b"hello").tst_info["policy"]
    except Exception as error:
        result = type(error).__name__
    right = openssl("-verify", "-data", "message", "-in", "reply", "-CAfile", name + "-ca.pem").strip()
    print(f"{what}: asked for policy {policies[0]}; {result}; OpenSSL {right}")
    return policies[0], result, right


ok = "Verification: OK"
seen = [
    stamp("plain"),
    stamp("policy 1.2.3.4.5", policy="1.2.3.4.5"),
    stamp("grantedWithMods", status="granted_with_mods"),
    stamp("SHA-512 in ESSCertIDv2", hash="sha512"),
    stamp("issuer without a common name", name="nameless"),
]
expected = ["1.2.3.4.1", "1.2.3.4.1", "TSPClientSigningError", "InvalidTimeStampToken", "KeyError"]
sys.exit(seen != [("unspecified", result, ok) for result in expected])
PY
venv/bin/python find.py 2>find.log || { cat find.log; echo "CHANGED: see above"; exit 1; }
