package dev.quorate.tools.etcd;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** What Go and the JDK call the same things of TLS. */
final class TlsNames {
    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    /** Go's older names of two suites end here, the standard's go on. */
    private static final String SHORT_END = "_CHACHA20_POLY1305";

    private TlsNames() {}

    /**
     * Checks names of cipher suites.
     *
     * @param named as Go writes them
     * @return as the JDK writes them, followed by those of TLS 1.3, which cannot be chosen in Go either; empty for none
     * @throws StartException in etcd's words for one that is unknown
     */
    static List<String> suites(List<String> named) throws StartException {
        if (named.isEmpty()) {
            return List.of();
        }
        Set<String> known = known();
        List<String> suites = new ArrayList<>();
        for (String name : named) {
            String full = name.endsWith(SHORT_END) ? name + "_SHA256" : name;
            if (!known.contains(full)) {
                throw new StartException("unexpected TLS cipher suite \"" + name + "\"");
            }
            suites.add(full);
        }
        for (String name : known) {
            boolean ofNewest = name.startsWith("TLS_AES_") || name.startsWith("TLS_CHACHA20_");
            if (ofNewest && !suites.contains(name)) {
                suites.add(name);
            }
        }
        return suites;
    }

    private static Set<String> known() {
        Set<String> known = new LinkedHashSet<>();
        try {
            Collections.addAll(
                    known, SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has a default", e);
        }
        return known;
    }

    /**
     * The versions from one to another.
     *
     * @param max empty for the newest
     */
    static Set<String> protocols(String min, String max) {
        if (min.equals(TLS_1_3)) {
            return Set.of(TLS_1_3);
        }
        return max.equals(TLS_1_2) ? Set.of(TLS_1_2) : Set.of(TLS_1_2, TLS_1_3);
    }
}
