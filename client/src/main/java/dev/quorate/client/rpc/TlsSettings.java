package dev.quorate.client.rpc;

import dev.quorate.client.http2.Wire;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
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
 * @param serverName for whom the certificate must be instead of the endpoint's host; empty if it must be for that
 */
public record TlsSettings(SSLContext context, boolean verifyName, String serverName) {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] HTTP2 = {"h2"};

    /** The certificates that the JDK trusts, and none of our own. */
    static TlsSettings system() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, ServerTrust.of(null, null), null);
            return new TlsSettings(context, true, "");
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The same for servers that were found by a name which their certificates must bear. */
    public TlsSettings withServerName(String name) {
        return new TlsSettings(context, verifyName, name);
    }

    Wire secure(Socket plain, Endpoint endpoint, int timeoutMillis) throws IOException {
        plain.setSoTimeout(timeoutMillis);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        plain,
                                        serverName.isEmpty() ? endpoint.host() : serverName,
                                        endpoint.port(),
                                        true);
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
            throw new IOException("transport: authentication handshake failed: " + reason(e), e);
        }
        if (!"h2".equals(socket.getApplicationProtocol())) {
            throw new IOException(
                    "transport: authentication handshake failed: credentials: cannot check peer:"
                            + " missing selected ALPN property");
        }
        return new SocketWire(socket, true);
    }

    /** The words of Go's TLS where the case is a common one, else those of the JDK. */
    private static String reason(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof CertificateException && text.startsWith(ServerTrust.WORDS)) {
                return "tls: failed to verify certificate: " + text;
            }
        }
        return alert(String.valueOf(failure.getMessage()));
    }

    /** {@code Received fatal alert: bad_certificate} is {@code remote error: tls: bad certificate}. */
    static String alert(String text) {
        int alert = text.indexOf("Received fatal alert: ");
        if (alert >= 0) {
            return "remote error: tls: "
                    + text.substring(alert + 22).replace('_', ' ').toLowerCase(Locale.ROOT);
        }
        if (text.startsWith("Remote host terminated")) {
            return "EOF";
        }
        if (text.contains("plaintext connection?") || text.contains("unrecognized SSL message")) {
            return "tls: first record does not look like a TLS handshake";
        }
        return text;
    }
}
