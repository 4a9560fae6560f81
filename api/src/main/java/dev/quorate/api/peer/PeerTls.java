package dev.quorate.api.peer;

import java.util.List;

/**
 * The certificates between members, as files in PEM form; empty texts for none.
 *
 * @param certificateFile what a listener shows
 * @param keyFile its private key
 * @param clientCertificateFile what is shown when this member dials
 * @param clientKeyFile its private key
 * @param trustedCaFile authorities of the other side's certificates
 * @param requireClientCertificate whether members without an accepted certificate are turned away
 * @param allowedCommonNames of which a member's certificate must have one; empty for any
 * @param allowedHostnames of which a member's certificate must be valid for one; empty for any
 */
public record PeerTls(
        String certificateFile,
        String keyFile,
        String clientCertificateFile,
        String clientKeyFile,
        String trustedCaFile,
        boolean requireClientCertificate,
        List<String> allowedCommonNames,
        List<String> allowedHostnames) {
    public PeerTls {
        allowedCommonNames = List.copyOf(allowedCommonNames);
        allowedHostnames = List.copyOf(allowedHostnames);
    }
}
