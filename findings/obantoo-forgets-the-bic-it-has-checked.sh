#!/bin/bash
# Java's OBanToo: new BIC("DEUTDEFFXXX").getBIC() is null, "DEUTDEFF" is not known at all, and a Dutch or French IBAN has no account number but a
# NullPointerException.
#
# Versions: OBanToo 2.1.12 (Debian 12: libobantoo-java 2.1.12+ds1-4), a Java 17 development kit. Wants `apt-get update` beforehand.
# Expected: ISO 9362: the last three characters of a BIC are optional, "XXX" stands for the head office, so that DEUTDEFF and DEUTDEFFXXX are the same
#   bank. What is given to a constructor and found to be valid comes out of the only getter of the class. ISO 13616: an IBAN consists of country,
#   check digits and BBAN; the library knows it as valid, and the registry of SWIFT tells where the account stands in it.
# Seen: getBIC() of a BIC made of a text is null, of one made of account, bank and country it is there. The same BIC of eight characters ends with
#   "BIC nicht in der Banken-Datenbank enthalten". getKonto() and getBLZ() of IBANs of 2 countries in its table work, of all others they raise.
# Why it matters: a program that stores what it has checked stores null; a customer who copies the short BIC from the bank's own paper is turned away.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libobantoo-java=2.1.12+ds1-4 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import de.jost_net.OBanToo.SEPA.BIC;
import de.jost_net.OBanToo.SEPA.IBAN;
import de.jost_net.OBanToo.SEPA.Land.SEPALaender;
import de.jost_net.OBanToo.SEPA.Land.SEPALand;
import java.util.concurrent.Callable;

public class Find {
    static void show(String text, Callable<Object> call) {
        String result;
        try {
            result = String.valueOf(call.call());
        } catch (Exception error) {
            result = error.getClass().getSimpleName() + (error instanceof NullPointerException ? "" : ": " + error.getMessage());
        }
        System.out.println(text + ": " + result);
    }

    public static void main(String[] arguments) throws Exception {
        show("BIC of account 12345678, bank 21050170", () -> new BIC("12345678", "21050170", "DE").getBIC());
        for (String bic : new String[] {"NOLADE21KIE", "DEUTDEFFXXX", "ABNANL2A", "DEUTDEFF"}) {
            show("BIC " + bic, () -> new BIC(bic).getBIC());
        }
        for (String iban : new String[] {"DE68210501700012345678", "AT611904300234573201", "NL91ABNA0417164300", "FR1420041010050500013M02606"}) {
            show("IBAN " + iban, () -> new IBAN(iban).getIBAN() + ", " + new IBAN(iban).getLand().getBezeichnung());
            show("  bank", () -> new IBAN(iban).getBLZ());
            show("  account", () -> new IBAN(iban).getKonto());
        }
        int known = 0;
        int all = 0;
        for (SEPALand land : SEPALaender.getLaender()) {
            all++;
            known += land.getBankIdentifierLength() == null ? 0 : 1;
        }
        System.out.println(known + " of " + all + " countries have a length of the bank's number");
    }
}
JAVA
timeout 60 java -Dfile.encoding=UTF-8 -cp usr/share/java/obantoo-bin.jar Find.java >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
BIC of account 12345678, bank 21050170: NOLADE21KIE
BIC NOLADE21KIE: null
BIC DEUTDEFFXXX: null
BIC ABNANL2A: null
BIC DEUTDEFF: SEPAException: BIC nicht in der Banken-Datenbank enthalten: DEUTDEFF
IBAN DE68210501700012345678: DE68210501700012345678, Deutschland
  bank: 21050170
  account: 12345678
IBAN AT611904300234573201: AT611904300234573201, Österreich
  bank: 19043
  account: 234573201
IBAN NL91ABNA0417164300: NL91ABNA0417164300, Niederlande
  bank: NullPointerException
  account: NullPointerException
IBAN FR1420041010050500013M02606: FR1420041010050500013M02606, Frankreich
  bank: NullPointerException
  account: NullPointerException
2 of 43 countries have a length of the bank's number
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
