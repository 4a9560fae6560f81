package dev.quorate.api.peer;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Whether a certificate that the authorities vouch for belongs to somebody who may be a member. */
final class PeerNames {
    private static final int DNS = 2;
    private static final int IP = 7;

    private PeerNames() {}

    /** By its common name, if such names are given, else by the hosts that it is valid for. */
    static boolean isAllowed(X509Certificate certificate, PeerTls tls) {
        if (!tls.allowedCommonNames().isEmpty()) {
            return tls.allowedCommonNames().contains(commonName(certificate));
        }
        if (tls.allowedHostnames().isEmpty()) {
            return true;
        }
        for (String host : tls.allowedHostnames()) {
            if (isValidFor(certificate, host.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    private static String commonName(X509Certificate certificate) {
        try {
            for (Rdn part :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
        } catch (InvalidNameException _) {
            // A certificate without a readable subject has no common name.
        }
        return "";
    }

    private static boolean isValidFor(X509Certificate certificate, String host) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException _) {
            return false;
        }
        if (names == null) {
            return false;
        }
        for (List<?> name : names) {
            String value = name.get(1).toString().toLowerCase(Locale.ROOT);
            if (name.get(0).equals(IP) && value.equals(host)) {
                return true;
            }
            if (name.get(0).equals(DNS) && (value.equals(host) || isBelow(host, value))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a pattern such as {@code *.example.com} covers the host: a star stands for one label. */
    private static boolean isBelow(String host, String pattern) {
        int dot = host.indexOf('.');
        return pattern.startsWith("*.")
                && dot > 0
                && host.substring(dot).equals(pattern.substring(1));
    }
}
