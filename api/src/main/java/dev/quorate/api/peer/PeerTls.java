package dev.quorate.api.peer;

/**
 * The certificates between members, as files in PEM form; empty texts for none.
 *
 * @param certificateFile what a listener shows
 * @param keyFile its private key
 * @param clientCertificateFile what is shown when this member dials
 * @param clientKeyFile its private key
 * @param trustedCaFile authorities of the other side's certificates
 * @param requireClientCertificate whether members without an accepted certificate are turned away
 */
public record PeerTls(
        String certificateFile,
        String keyFile,
        String clientCertificateFile,
        String clientKeyFile,
        String trustedCaFile,
        boolean requireClientCertificate) {}
