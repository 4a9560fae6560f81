package dev.quorate.api.peer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate that the authorities vouch for belongs to somebody who may be a member, and why not, in etcd's words.
 *
 * @param ips that the certificate is valid for, as texts
 * @param hosts that it is valid for; a star stands for the first label
 */
public record PeerNames(List<String> ips, List<String> hosts) {
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final String NOT_ALLOWED = "client certificate authentication failed";

    /** What a name server is asked. It may take its time. */
    interface Lookup {
        /** The addresses of a host. */
        List<String> addresses(String host) throws UnknownHostException;

        /** The name of an address; the address itself where there is none. */
        String name(String address) throws UnknownHostException;

        Lookup SYSTEM =
                new Lookup() {
                    @Override
                    public List<String> addresses(String host) throws UnknownHostException {
                        List<String> found = new ArrayList<>();
                        for (InetAddress address : InetAddress.getAllByName(host)) {
                            found.add(address.getHostAddress());
                        }
                        return found;
                    }

                    @Override
                    public String name(String address) throws UnknownHostException {
                        return InetAddress.getByName(address).getCanonicalHostName();
                    }
                };
    }

    static PeerNames of(X509Certificate certificate) {
        List<String> ips = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0).equals(IP)) {
                    ips.add(name.get(1).toString());
                } else if (name.get(0).equals(DNS)) {
                    hosts.add(name.get(1).toString());
                }
            }
        } catch (CertificateParsingException _) {
            // Names that cannot be read are no names.
        }
        return new PeerNames(ips, hosts);
    }

    /** Checks whose the certificate is: by its common name, if such names are given, else by the hosts that it is valid for. */
    static @Nullable String objection(X509Certificate certificate, PeerTls.Names wanted) {
        if (!wanted.commonNames().isEmpty()) {
            return wanted.commonNames().contains(commonName(certificate)) ? null : NOT_ALLOWED;
        }
        return isValidForAny(certificate, wanted.hostnames()) ? null : NOT_ALLOWED;
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

    /** Whether a certificate is valid for one of some hosts; any will do where none are named. */
    public static boolean isValidForAny(X509Certificate certificate, List<String> wanted) {
        return wanted.isEmpty() || wanted.stream().anyMatch(of(certificate)::isValidFor);
    }

    private boolean isValidFor(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (ips.contains(lower)) {
            return true;
        }
        return hosts.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals(lower) || isBelow(lower, name));
    }

    /** Whether a pattern such as {@code *.example.com} covers the host: a star stands for one label. */
    private static boolean isBelow(String host, String pattern) {
        int dot = host.indexOf('.');
        return pattern.startsWith("*.")
                && dot > 0
                && host.substring(dot).equals(pattern.substring(1));
    }

    /** Whether {@link #addressObjection} has to ask a name server. */
    boolean needsLookup(String address) {
        return !ips.contains(address) && !hosts.isEmpty();
    }

    /**
     * Checks that the certificate, if it names hosts at all, names the one that shows it: by number, or by a name that leads there, or by
     * a pattern for the name that the address has. A stolen certificate is of no use elsewhere.
     *
     * @param address of the other side, by number
     * @return why not, or null
     */
    @Nullable String addressObjection(String address, Lookup lookup) {
        if ((ips.isEmpty() && hosts.isEmpty()) || ips.contains(address)) {
            return null;
        }
        if (hosts.isEmpty()) {
            return "x509: certificate is valid for " + String.join(", ", ips) + ", not " + address;
        }
        List<String> failures = new ArrayList<>();
        for (String host : hosts) {
            try {
                boolean matches =
                        host.startsWith("*.")
                                ? lookup.name(address).endsWith(host.substring(1))
                                : lookup.addresses(host).contains(address);
                if (matches) {
                    return null;
                }
            } catch (UnknownHostException _) {
                failures.add("lookup " + host + ": no such host");
            }
        }
        String shown =
                hosts.stream().map(host -> '"' + host + '"').collect(Collectors.joining(" "));
        String why = failures.isEmpty() ? "" : " (" + String.join(", ", failures) + ")";
        return "tls: \"" + address + "\" does not match any of DNSNames [" + shown + "]" + why;
    }
}
