package dev.quorate.client.rpc;

import dev.quorate.client.http2.Wire;
import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How to secure connections.
 *
 * @param context whom to trust, and who we are
 * @param verifyName whether the certificate must be for the endpoint's host; only ever off where certificates are not verified at all
 */
public record TlsSettings(SSLContext context, boolean verifyName) {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] HTTP2 = {"h2"};

    /** The certificates that the JDK trusts, and none of our own. */
    static TlsSettings system() throws IOException {
        try {
            return new TlsSettings(SSLContext.getDefault(), true);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    Wire secure(Socket plain, Endpoint endpoint, int timeoutMillis) throws IOException {
        plain.setSoTimeout(timeoutMillis);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, endpoint.host(), endpoint.port(), true);
        socket.setUseClientMode(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setApplicationProtocols(HTTP2);
        if (verifyName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            throw new IOException(
                    "transport: authentication handshake failed: " + reason(e, endpoint), e);
        }
        if (!"h2".equals(socket.getApplicationProtocol())) {
            throw new IOException(
                    "transport: authentication handshake failed: credentials: cannot check peer:"
                            + " missing selected ALPN property");
        }
        return new SocketWire(socket, true);
    }

    /** The words of Go's TLS where the case is a common one, else those of the JDK. */
    private static String reason(SSLException failure, Endpoint endpoint) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof CertificateExpiredException) {
                return "tls: failed to verify certificate: x509: certificate has expired or is not"
                        + " yet valid: "
                        + text;
            }
            if (cause instanceof CertificateException && text.startsWith("No ")) {
                return "tls: failed to verify certificate: x509: certificate is not valid for "
                        + endpoint.host()
                        + ": "
                        + text;
            }
            if (isUntrusted(cause, text)) {
                return "tls: failed to verify certificate: x509: certificate signed by unknown"
                        + " authority";
            }
        }
        return alert(failure);
    }

    private static boolean isUntrusted(Throwable cause, String text) {
        return cause instanceof CertPathValidatorException
                || text.contains("unable to find valid certification path");
    }

    /** {@code Received fatal alert: bad_certificate} is {@code remote error: tls: bad certificate}. */
    private static String alert(SSLException failure) {
        String text = String.valueOf(failure.getMessage());
        int alert = text.indexOf("Received fatal alert: ");
        if (alert >= 0) {
            return "remote error: tls: "
                    + text.substring(alert + 22).replace('_', ' ').toLowerCase(Locale.ROOT);
        }
        if (text.contains("plaintext connection?")) {
            return "tls: first record does not look like a TLS handshake";
        }
        return text;
    }
}
