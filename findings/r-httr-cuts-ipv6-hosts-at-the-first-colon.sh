#!/bin/bash
# R's httr: the host of "https://[2001:db8::1]:8443/a" is "[2001" and its port "db8", so that a request with a query goes to a URL that is none.
#
# Versions: httr 1.4.5 (Debian 12: r-cran-httr 1.4.5+dfsg-1, r-cran-curl 5.0.0+dfsg-1 and the packages they depend on), R 4.2.2 (r-base-core
#   4.2.2.20221110-2), Python 3.11's urllib for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 3986, section 3.2.2: host = IP-literal / IPv4address / reg-name, and an IP-literal is an address in brackets. httr's documentation
#   of parse_url(): "Parse a url into components"; of build_url() that it does the reverse. Section 4.2: "//example.org/x" has no scheme.
# Seen: parse_url() splits host and port at the first colon; build_url() and modify_url(), which GET() uses as soon as it is given a query or a
#   path, write https://[2001:db8/a. A mailto URL gets three slashes, a URL without a scheme becomes "://example.org/x", a path with a blank stays
#   as it is.
# Why it matters: a service on an IPv6 address can be asked without parameters only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download r-base-core=4.2.2.20221110-2 {libblas3,liblapack3}=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libpaper1=1.1.29 \
    r-cran-httr=1.4.5+dfsg-1 r-cran-curl=5.0.0+dfsg-1 r-cran-jsonlite=1.8.4+dfsg-1 r-cran-mime=0.12-1+b1 r-cran-openssl=2.0.5+dfsg-1 \
    r-cran-r6=2.5.1-1 r-cran-askpass=1.1-2 r-cran-sys=3.4.1-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.R <<'R'
.libPaths(c("usr/lib/R/site-library", "usr/lib/R/library"))
library(httr)
for (url in c("https://example.org:8443/a", "https://[2001:db8::1]:8443/a", "https://[2001:db8::1]/a", "mailto:jo@example.org", "//example.org/x")) {
    parts <- parse_url(url)
    cat("httr ", url, ": host ", parts$hostname, ", port ", parts$port, ", built ", build_url(parts), "\n", sep = "")
}
cat("with a query:", modify_url("https://[2001:db8::1]:8443/a", query = list(b = "c")), "\n")
cat("with a path:", modify_url("https://example.org/a", path = "b c"), "\n")
R
cat > find.py <<'PY'
from urllib.parse import urlsplit

for url in ("https://example.org:8443/a", "https://[2001:db8::1]:8443/a", "https://[2001:db8::1]/a", "mailto:jo@example.org", "//example.org/x"):
    parts = urlsplit(url)
    print(f"urllib {url}: host {parts.hostname}, port {parts.port}, built {parts.geturl()}")
PY
export R_HOME=$work/usr/lib/R R_SHARE_DIR=$work/usr/share/R/share EDITOR=vi PAGER=cat LC_ALL=C.UTF-8
libraries=$work/usr/lib/x86_64-linux-gnu
{
    timeout 30 python3 find.py
    LD_LIBRARY_PATH=$libraries:$libraries/blas:$libraries/lapack:$R_HOME/lib timeout 60 usr/lib/R/bin/exec/R --vanilla -s -f find.R 2>r.log |
        grep -v 'system Renviron'
} >seen || true
cat seen
cat > expected <<'TEXT'
urllib https://example.org:8443/a: host example.org, port 8443, built https://example.org:8443/a
urllib https://[2001:db8::1]:8443/a: host 2001:db8::1, port 8443, built https://[2001:db8::1]:8443/a
urllib https://[2001:db8::1]/a: host 2001:db8::1, port None, built https://[2001:db8::1]/a
urllib mailto:jo@example.org: host None, port None, built mailto:jo@example.org
urllib //example.org/x: host example.org, port None, built //example.org/x
httr https://example.org:8443/a: host example.org, port 8443, built https://example.org:8443/a
httr https://[2001:db8::1]:8443/a: host [2001, port db8, built https://[2001:db8/a
httr https://[2001:db8::1]/a: host [2001, port db8, built https://[2001:db8/a
httr mailto:jo@example.org: host , port , built mailto:///jo@example.org
httr //example.org/x: host example.org, port , built ://example.org/x
with a query: https://[2001:db8/a?b=c 
with a path: https://example.org/b c 
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
