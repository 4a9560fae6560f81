package dev.quorate.server.config;

import java.util.List;

/**
 * Certificates of one side, client or peer. Paths are as given; relative ones start at the working directory.
 *
 * @param certFile certificate of the listeners, or empty
 * @param keyFile its key, or empty
 * @param clientCertFile certificate of own outgoing connections, or empty to use {@code certFile}
 * @param clientKeyFile its key, or empty
 * @param clientCertAuth demand a certificate from whoever connects
 * @param trustedCaFile who may have signed such a certificate, or empty
 * @param crlFile revoked certificates, or empty
 * @param autoTls make and use self-signed certificates if no files are given
 * @param allowedCommonNames common names that may connect, empty for all
 * @param allowedHostnames host names of which a certificate must have one, empty for all
 * @param skipClientSanVerification do not compare a peer's address with its certificate
 * @param cipherSuites allowed suites by their standard names, empty for the platform's choice
 * @param minVersion {@code TLSv1.2} or {@code TLSv1.3}
 * @param maxVersion the same, or empty for the newest
 * @param selfSignedValidityYears life of certificates that are made here
 */
public record Tls(
        String certFile,
        String keyFile,
        String clientCertFile,
        String clientKeyFile,
        boolean clientCertAuth,
        String trustedCaFile,
        String crlFile,
        boolean autoTls,
        List<String> allowedCommonNames,
        List<String> allowedHostnames,
        boolean skipClientSanVerification,
        List<String> cipherSuites,
        String minVersion,
        String maxVersion,
        int selfSignedValidityYears) {

    public Tls {
        allowedCommonNames = List.copyOf(allowedCommonNames);
        allowedHostnames = List.copyOf(allowedHostnames);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /** No certificates. */
    public static Tls none() {
        return of("", "", "", false);
    }

    /** Files only. */
    public static Tls of(
            String certFile, String keyFile, String trustedCaFile, boolean clientCertAuth) {
        return new Tls(
                certFile,
                keyFile,
                "",
                "",
                clientCertAuth,
                trustedCaFile,
                "",
                false,
                List.of(),
                List.of(),
                false,
                List.of(),
                "TLSv1.2",
                "",
                1);
    }

    /** Whether there is a certificate to listen with, given or to be made. */
    public boolean isEnabled() {
        return autoTls || !(certFile.isEmpty() && keyFile.isEmpty());
    }
}
