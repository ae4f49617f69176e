#!/bin/bash
# R's openssl: each IP address among the alternative names of a certificate is "".
#
# Versions: R 4.2.2 and openssl 2.0.5 (Debian 12: r-base-core 4.2.2.20221110-2, r-cran-openssl 2.0.5+dfsg-1), OpenSSL 3.0. Wants
#   `apt-get update` beforehand.
# Expected: RFC 5280, section 4.2.1.6: an alternative name of type iPAddress has the 4 or 16 octets of an address. as.list() of a certificate is
#   documented to return its fields, alt_names among them.
# Seen: of DNS:localhost, IP:127.0.0.1, IP:::1, URI and email the element alt_names has "localhost", "", "", the URI and the mail address. A
#   certificate for an address alone has alt_names "".
# Why it matters: a report of certificates lists empty names, and whether a certificate is for the address of a server cannot be told; the
#   same entries look like faults of the certificate.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download r-base-core=4.2.2.20221110-2 r-cran-openssl=2.0.5+dfsg-1 r-cran-askpass=1.1-2 r-cran-sys=3.4.1-1 libblas3=3.11.0-2 \
    liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libpaper1=1.1.29 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext "subjectAltName=$2" \
        -keyout key.pem -out "$1.pem" 2>openssl.log
}
certificate many DNS:localhost,IP:127.0.0.1,IP:::1,URI:https://example.org/,email:a@example.org
certificate one IP:127.0.0.1

cat > find.R <<'R'
.libPaths(c("usr/lib/R/site-library", "usr/lib/R/library"))
expected <- list(many = c("localhost", "", "", "https://example.org/", "a@example.org"), one = "")
as_stated <- TRUE
for (name in names(expected)) {
    file <- paste0(name, ".pem")
    seen <- as.list(openssl::read_cert(file))$alt_names
    cat(system2("openssl", c("x509", "-in", file, "-noout", "-ext", "subjectAltName"), stdout = TRUE)[2], "\n")
    cat("    alt_names:", dQuote(seen, FALSE), "\n")
    as_stated <- as_stated && identical(seen, expected[[name]])
}
quit(status = !as_stated)
R
export R_HOME=$work/usr/lib/R R_SHARE_DIR=$work/usr/share/R/share EDITOR=vi PAGER=cat
libraries=$work/usr/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$libraries:$libraries/blas:$libraries/lapack:$R_HOME/lib usr/lib/R/bin/exec/R --vanilla -s -f find.R 2>r.log ||
    { cat r.log; echo "CHANGED: see above"; exit 1; }
