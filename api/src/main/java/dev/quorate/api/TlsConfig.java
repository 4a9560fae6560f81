package dev.quorate.api;

import org.jspecify.annotations.Nullable;

/**
 * The certificates of a port, as files in PEM form.
 *
 * @param certificateFile the chain that the server shows
 * @param keyFile its private key
 * @param trustedCaFile authorities whose client certificates are accepted
 * @param requireClientCertificate {@code --client-cert-auth}: clients without an accepted certificate are turned away, and the certificate's
 *     common name is the user of calls without a token
 */
public record TlsConfig(
        String certificateFile,
        String keyFile,
        @Nullable String trustedCaFile,
        boolean requireClientCertificate) {}
