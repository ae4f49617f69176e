#!/bin/bash
# Erlang: a certificate that an RSA key has signed with RSASSA-PSS has an "invalid_signature", and with a key for RSASSA-PSS alone the client ends in "closed".
#
# Versions: Erlang/OTP 25.2.3 (Debian 12: erlang-base, -crypto, -asn1, -public-key, -ssl 1:25.2.3+dfsg-1+deb12u4), OpenSSL 3.0 for the certificates and for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 4055, section 1.2: RSASSA-PSS signatures are made with keys of rsaEncryption as well as of id-RSASSA-PSS, and the parameters of the latter MAY
#   be left out, which means no limits. ssl's manual lists rsa_pss_rsae_sha256 and others among its signature schemes.
# Seen: of three CAs whose leaves OpenSSL verifies, the one with a key of rsaEncryption gives {bad_cert,invalid_signature} from pkix_path_validation()
#   and "Unknown CA" from ssl:connect(); the one with a key of id-RSASSA-PSS without parameters, as `openssl genpkey -algorithm rsa-pss` makes it, raises
#   {case_clause,asn1_NOVALUE}, and ssl:connect() returns {error,closed}. If the key has its parameters, the CA is right.
# Why it matters: a CA needs no new key to sign with PSS. To Erlang's programs its servers then look forged, or dead.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1:25.2.3+dfsg-1+deb12u4
apt-get -qq download erlang-{base,crypto,asn1,public-key,ssl}=$version 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$work/usr/lib/erlang#" usr/lib/erlang/bin/erl

printf 'subjectAltName=DNS:localhost\n' >extensions
parameters="-pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32"
make() { # name, options for the key
    local name=$1
    shift
    # shellcheck disable=SC2068
    openssl genpkey $@ -out "$name.key" 2>openssl.log
    local sign=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32)
    openssl req -x509 -key "$name.key" -days 30 -subj "/CN=Test CA $name" -out "$name.pem" "${sign[@]}"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout "$name-leaf.key" -out request.pem 2>openssl.log
    openssl x509 -req -in request.pem -CA "$name.pem" -CAkey "$name.key" -set_serial 2 -days 30 -extfile extensions -out "$name-leaf.pem" "${sign[@]}" \
        2>openssl.log
    echo "OpenSSL: $(openssl verify -CAfile "$name.pem" "$name-leaf.pem")"
}

cat > find.escript <<'ERL'
%% The first line of an escript is skipped.
main(Names) ->
    logger:set_primary_config(level, none),
    {ok, _} = application:ensure_all_started(ssl),
    [io:format("~s: pkix_path_validation: ~s; connect: ~s~n", [Name, validate(Name), connect(Name)]) || Name <- Names].

der(File) ->
    {ok, Pem} = file:read_file(File),
    [{'Certificate', Der, not_encrypted}] = public_key:pem_decode(Pem),
    Der.

validate(Name) ->
    try public_key:pkix_path_validation(der(Name ++ ".pem"), [der(Name ++ "-leaf.pem")], []) of
        {ok, _} -> "ok";
        {error, Reason} -> io_lib:format("~w", [Reason])
    catch
        error:Error -> io_lib:format("raised ~w", [Error])
    end.

connect(Name) ->
    Files = [{certfile, Name ++ "-leaf.pem"}, {keyfile, Name ++ "-leaf.key"}],
    {ok, Listener} = ssl:listen(0, [{ip, {127, 0, 0, 1}} | Files]),
    {ok, {_, Port}} = ssl:sockname(Listener),
    spawn(fun() ->
        {ok, Socket} = ssl:transport_accept(Listener),
        ssl:handshake(Socket),
        timer:sleep(10000)
    end),
    case ssl:connect("localhost", Port, [{verify, verify_peer}, {cacertfile, Name ++ ".pem"}], 10000) of
        {ok, _} -> "ok";
        {error, {tls_alert, {Alert, _}}} -> io_lib:format("alert ~w", [Alert]);
        Other -> io_lib:format("~w", [Other])
    end.
ERL
{
    make rsa -algorithm rsa
    make pss -algorithm rsa-pss
    make pss-with-parameters -algorithm rsa-pss "$parameters"
    timeout 60 usr/lib/erlang/bin/escript find.escript rsa pss pss-with-parameters 2>erlang.log
} >seen || { cat seen erlang.log; exit 1; }
cat seen
cat > expected <<'TEXT'
OpenSSL: rsa-leaf.pem: OK
OpenSSL: pss-leaf.pem: OK
OpenSSL: pss-with-parameters-leaf.pem: OK
rsa: pkix_path_validation: {bad_cert,invalid_signature}; connect: alert unknown_ca
pss: pkix_path_validation: raised {case_clause,asn1_NOVALUE}; connect: {error,closed}
pss-with-parameters: pkix_path_validation: ok; connect: ok
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
