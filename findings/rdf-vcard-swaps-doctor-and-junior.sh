#!/bin/bash
# Perl's RDF::vCard: of "Dr. Jo Doe Jr." it makes a Jo Doe whose prefix is "Jr." and whose suffix is "Dr.", of an address nothing is left.
#
# Versions: RDF::vCard 0.012 (Debian 12: librdf-vcard-perl 0.012-2), Perl 5.36, vobject 0.9.9 (PyPI) for comparison. Wants `apt-get update` beforehand,
#   and perl.
# Expected: RFC 2426, section 3.1.2: N is "Family Name, Given Name, Additional Names, Honorific Prefixes, and Honorific Suffixes", in that order. Section
#   3.2.1: ADR has seven parts. Section 3.6.8: URL is of the type uri, in which nothing is escaped. Section 4: "\\" and "\n" in a text are a backslash
#   and a line break.
# Seen: honorific-prefix and honorific-suffix change places. An address has its type and, in place of its parts, an empty value, and is written back as
#   "ADR;TYPE=work:". The note keeps its escapes and gets one more backslash when it is written, a URL gets some, and is another one then.
# Why it matters: the module brings address books into RDF and back. What was an address is gone, without a word, and a link does not work.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libalgorithm-combinatorics-perl=0.27-3+b1 libb-hooks-endofscope-perl=0.26-1 \
    libclass-accessor-chained-perl=0.01.1~debian-5 libclass-accessor-perl=0.51-2 libclass-inspector-perl=1.36-3 libclass-load-perl=0.25-2 \
    libclass-load-xs-perl=0.10-2+b1 libclass-method-modifiers-perl=2.14-1 libclass-xsaccessor-perl=1.19-4+b1 libclone-perl=0.46-1 \
    libdata-optlist-perl=0.113-1 libdata-perl-perl=0.002011-2 libdbix-connector-perl=0.58-1 libdevel-globaldestruction-perl=0.14-4 \
    libdevel-overloadinfo-perl=0.007-1 libencode-perl=3.19-1+b1 libeval-closure-perl=0.14-3 libexporter-tiny-perl=1.006000-1 \
    libfile-sharedir-perl=1.118-3 libhttp-date-perl=6.05-2 libhttp-message-perl=6.44-1 libhttp-negotiate-perl=6.01-2 libiri-perl=0.011-2 \
    liblist-moreutils-perl=0.430-2 liblist-moreutils-xs-perl=0.430-3+b1 liblog-log4perl-perl=1.57-1 liblwp-mediatypes-perl=6.04-2 \
    libmodule-implementation-perl=0.09-2 libmodule-runtime-perl=0.016-2 libmoo-perl=2.005005-1 libmoose-perl=2.2203-1 \
    libmoosex-arrayref-perl=0.005-2 libmoox-handlesvia-perl=0.001009-2 libmro-compat-perl=0.15-2 libnamespace-clean-perl=0.27-2 \
    libpackage-deprecationmanager-perl=0.18-1 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 libparams-util-perl=1.102-2+b1 \
    libperlx-maybe-perl=1.202-1 librdf-ns-perl=20190227-2 librdf-trine-perl=1.019-3 librdf-trinex-functions-perl=0.005-2 \
    librdf-vcard-perl=0.012-2 librole-tiny-perl=2.002004-1 libscalar-does-perl=0.203-2 libset-scalar-perl=1.29-3 \
    libstrictures-perl=2.000006-1 libsub-exporter-perl=0.989-1 libsub-exporter-progressive-perl=0.001013-3 libsub-install-perl=0.929-1 \
    libsub-name-perl=0.26-2+b1 libsub-quote-perl=2.006008-1 libtext-aligner-perl=0.16-3 libtext-table-perl=1.132-1+b1 \
    libtext-vfile-asdata-perl=0.08-2 libtry-tiny-perl=0.31-2 libtype-tiny-perl=2.002001-1 liburi-perl=5.17-1 \
    libvariable-magic-perl=0.63-1+b1 libwww-perl=6.68-1 libxml-commonns-perl=0.06-5 libxml-libxml-perl=2.0207+dfsg+really+2.0134-1+deb12u1 \
    libxml-namespace-perl=0.02-5 libxml-namespacefactory-perl=1.02-2 libxml-sax-base-perl=1.09-3 libxml-sax-perl=1.02+dfsg-3 \
    libdbi-perl=1.643-4+deb12u3 liberror-perl=0.17029-2 libjson-perl=4.10000-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > card.txt <<'TEXT'
BEGIN:VCARD
VERSION:3.0
FN:Dr. Jo Doe Jr.
N:Doe;Jo;Maria;Dr.;Jr.
ADR;TYPE=work:;;1 Main Street;Springfield;IL;12345;USA
NOTE:Look into C:\\new\nand call
URL:https://example.org/a;b,c
END:VCARD
TEXT
sed 's/$/\r/' card.txt >first.vcf
cat > find.pl <<'PERL'
use strict;
use warnings;
use RDF::vCard;
use RDF::vCard::Importer;

my $importer = RDF::vCard::Importer->new;
my ($card) = do { local (@ARGV, $/) = "first.vcf"; $importer->import_string(<>) };
my $statements = $importer->model->as_stream;
my @seen;
while (my $statement = $statements->next) {
    my $object = $statement->object;
    push @seen, $1 . ' "' . $object->literal_value . '"' if $object->is_literal && $statement->predicate->uri_value =~ m{([^/#]+)$};
}
print "$_\n" for sort @seen;
open my $file, ">", "second.vcf" or die;
binmode $file;
print $file "$card";
PERL
cat > find.py <<'PY'
import vobject

for name in ("first.vcf", "second.vcf"):
    with open(name, newline="") as file:
        text = file.read()
    card = vobject.readOne(text)
    print(f"{name}: prefix {card.n.value.prefix!r}, suffix {card.n.value.suffix!r}, street {card.adr.value.street!r}, city {card.adr.value.city!r},")
    print(f"  note {card.note.value!r}; the line {[line for line in text.splitlines() if line.startswith('URL')][0]}")
PY
{
    timeout 60 perl find.pl
    timeout 60 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
additional-name "Maria"
family-name "Doe"
fn "Dr. Jo Doe Jr."
given-name "Jo"
honorific-prefix "Jr."
honorific-suffix "Dr."
note "Look into C:\\\new\nand call"
url "https://example.org/a\;b\,c"
usage "work"
value ""
first.vcf: prefix 'Dr.', suffix 'Jr.', street '1 Main Street', city 'Springfield',
  note 'Look into C:\\new\nand call'; the line URL:https://example.org/a;b,c
second.vcf: prefix 'Dr.', suffix 'Jr.', street '', city '',
  note 'Look into C:\\\new\nand call'; the line URL:https://example.org/a\;b\,c
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
