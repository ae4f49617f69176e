#!/bin/bash
# Ruby's certificate_authority: of the names in a request or certificate it reads no IP and no mail addresses, and signs the request without them.
#
# Versions: certificate_authority 1.1.0 (Debian 12: ruby-certificate-authority 1.1.0-1), Ruby 3.1, OpenSSL. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: names may be of several kinds. The library's own SubjectAlternativeName has uris, dns_names, ips and emails,
#   and writes all four.
# Seen: a request for localhost, 127.0.0.1, ::1, a URI and a mail address becomes, with from_x509_csr, to_cert and sign!, a certificate for
#   localhost and the URI. No error, no note. It looks in the text that OpenSSL prints for "IP:" and "EMAIL:", and there are "IP Address:" and
#   "email:". Of a certificate that it issued itself, with all five, from_x509_cert reads the same two.
# Why it matters: clients that come by the address refuse the server. Set the names anew before sign!.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 ruby-certificate-authority=1.1.0-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
names=DNS:localhost,IP:127.0.0.1,IP:::1,URI:https://example.org/a,email:user@example.org
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -addext "subjectAltName=$names" -keyout key.pem -out request.pem 2>openssl.log

cat > find.rb <<'RUBY'
require 'certificate_authority'

def names(text)
  text[/Subject Alternative Name: *\n *(.*)/, 1]
end

ca = CertificateAuthority::Certificate.new
ca.subject.common_name = 'Test CA'
ca.serial_number.number = 1
ca.key_material.generate_key
ca.signing_entity = true
ca.sign!('extensions' => { 'keyUsage' => { 'usage' => %w[critical keyCertSign] } })

request = File.read('request.pem')
signed = CertificateAuthority::SigningRequest.from_x509_csr(request).to_cert
signed.serial_number.number = 2
signed.parent = ca
signed.sign!
puts "requested: #{names(OpenSSL::X509::Request.new(request).to_text)}"
puts "signed:    #{got = names(OpenSSL::X509::Certificate.new(signed.to_pem).to_text)}"

own = CertificateAuthority::Certificate.new
own.subject.common_name = 'localhost'
own.serial_number.number = 3
own.key_material.generate_key
own.parent = ca
own.sign!('extensions' => { 'subjectAltName' => { 'dns_names' => ['localhost'], 'ips' => ['127.0.0.1', '::1'],
                                                  'uris' => ['https://example.org/a'], 'emails' => ['user@example.org'] } })
puts "own:       #{all = names(OpenSSL::X509::Certificate.new(own.to_pem).to_text)}"
read = CertificateAuthority::Certificate.from_x509_cert(own.to_pem).extensions['subjectAltName']
p(lists = { dns_names: read.dns_names, ips: read.ips, uris: read.uris, emails: read.emails })
exit got == 'URI:https://example.org/a, DNS:localhost' && all.scan(/IP Address|email/).size == 3 &&
     lists == { dns_names: ['localhost'], ips: [], uris: ['https://example.org/a'], emails: [] }
RUBY
gem=usr/share/rubygems-integration/all/gems/certificate_authority-1.1.0/lib
export LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu RUBYLIB=$gem:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
usr/bin/ruby3.1 --disable-gems find.rb 2>ruby.log || { cat ruby.log; echo "CHANGED: see above"; exit 1; }
