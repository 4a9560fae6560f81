package dev.quorate.api;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a port, as files in PEM form.
 *
 * @param certificateFile the chain that the server shows
 * @param keyFile its private key
 * @param trustedCaFile authorities whose client certificates are accepted
 * @param requireClientCertificate clients without an accepted certificate are turned away
 * @param commonNameIsUser {@code --client-cert-auth}: the certificate's common name is the user of calls without a token
 * @param crlFile certificates that are accepted no longer, or null
 * @param allowedHostnames of which a client's certificate must be valid for one; empty for any
 * @param cipherSuites the only ones for TLS 1.2, by their standard names; empty leaves the choice to the JDK
 * @param protocols the JDK's names of the versions that are spoken
 */
public record TlsConfig(
        String certificateFile,
        String keyFile,
        @Nullable String trustedCaFile,
        boolean requireClientCertificate,
        boolean commonNameIsUser,
        @Nullable String crlFile,
        List<String> allowedHostnames,
        List<String> cipherSuites,
        Set<String> protocols) {
    public TlsConfig {
        allowedHostnames = List.copyOf(allowedHostnames);
        cipherSuites = List.copyOf(cipherSuites);
        protocols = Set.copyOf(protocols);
    }

    /** With the JDK's suites, and TLS 1.2 and 1.3. */
    public TlsConfig(
            String certificateFile,
            String keyFile,
            @Nullable String trustedCaFile,
            boolean requireClientCertificate) {
        this(
                certificateFile,
                keyFile,
                trustedCaFile,
                requireClientCertificate,
                requireClientCertificate,
                null,
                List.of(),
                List.of(),
                Set.of("TLSv1.2", "TLSv1.3"));
    }
}
