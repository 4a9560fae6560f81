package dev.quorate.api.peer;

import java.util.List;
import java.util.Set;

/**
 * The certificates between members, as files in PEM form; empty texts for none.
 *
 * @param certificateFile what a listener shows
 * @param keyFile its private key
 * @param clientCertificateFile what is shown when this member dials
 * @param clientKeyFile its private key
 * @param trustedCaFile authorities of the other side's certificates
 * @param crlFile certificates that are accepted no longer
 * @param requireClientCertificate whether members without an accepted certificate are turned away
 * @param anyServer believes whoever is dialled, for members whose certificates sign themselves ({@code --peer-auto-tls})
 * @param names who may be a member
 * @param cipherSuites the only ones for TLS 1.2, by their standard names; empty leaves the choice to the JDK
 * @param protocols the JDK's names of the versions that are spoken
 */
public record PeerTls(
        String certificateFile,
        String keyFile,
        String clientCertificateFile,
        String clientKeyFile,
        String trustedCaFile,
        String crlFile,
        boolean requireClientCertificate,
        boolean anyServer,
        Names names,
        List<String> cipherSuites,
        Set<String> protocols) {

    /**
     * Of whom a certificate that the authorities vouch for must be.
     *
     * @param commonNames of which it must have one; empty for any
     * @param hostnames of which it must be valid for one; empty for any
     * @param compareAddress whether it must be valid for the address that it comes from, if it names hosts at all
     */
    public record Names(List<String> commonNames, List<String> hostnames, boolean compareAddress) {
        public static final Names ANY = new Names(List.of(), List.of(), false);

        public Names {
            commonNames = List.copyOf(commonNames);
            hostnames = List.copyOf(hostnames);
        }
    }

    public PeerTls {
        cipherSuites = List.copyOf(cipherSuites);
        protocols = Set.copyOf(protocols);
    }

    /**
     * One certificate for both directions, with the JDK's suites.
     *
     * @param trustedCaFile empty accepts whoever dials
     */
    public static PeerTls of(
            String certificateFile, String keyFile, String trustedCaFile, Names names) {
        return new PeerTls(
                certificateFile,
                keyFile,
                certificateFile,
                keyFile,
                trustedCaFile,
                "",
                !trustedCaFile.isEmpty(),
                false,
                names,
                List.of(),
                Set.of("TLSv1.2", "TLSv1.3"));
    }
}
