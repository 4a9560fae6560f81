package dev.quorate.api.tls;

import dev.quorate.log.Log;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Refused handshakes in etcd's log line, with Go's words for the reasons that have any. */
final class Handshakes {
    private static final String CLOSED =
            "Connection closed while SSL/TLS handshake was in progress";
    private static final String ALERT = "Received fatal alert: ";

    private Handshakes() {}

    /**
     * Logs why a connection did not come about, if TLS is the reason; whoever just closes it is no news. Any thread.
     *
     * @param side {@code client} or {@code peer}
     * @param from address and port of whoever connected
     * @param serverName what he called this server, or empty
     */
    static void refused(Log log, String side, String from, String serverName, Throwable cause) {
        if (found(cause, SSLException.class) != null && !texts(cause).contains(CLOSED)) {
            log.warn(
                    "rejected connection on " + side + " endpoint",
                    "remote-addr",
                    from,
                    "server-name",
                    serverName,
                    "error",
                    words(cause));
        }
    }

    private static String words(Throwable cause) {
        if (found(cause, NotSslRecordException.class) != null) {
            return "tls: first record does not look like a TLS handshake";
        }
        if (found(cause, CertificateExpiredException.class) != null
                || found(cause, CertificateNotYetValidException.class) != null) {
            return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
        }
        if (found(cause, CertPathBuilderException.class) != null
                || found(cause, CertPathValidatorException.class) != null) {
            return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
        }
        CertificateException certificate = found(cause, CertificateException.class);
        if (certificate != null) {
            return String.valueOf(certificate.getMessage());
        }
        String text = texts(cause);
        int alert = text.indexOf(ALERT);
        if (alert >= 0) {
            return "remote error: tls: "
                    + alert(text.substring(alert + ALERT.length()).lines().findFirst().orElse(""));
        }
        if (text.contains("Empty client certificate chain")) {
            return "tls: client didn't provide a certificate";
        }
        if (text.contains("no cipher suites in common")) {
            return "tls: no cipher suite supported by both client and server";
        }
        if (text.contains("is not accepted by server preferences")
                || text.contains("are not accepted")) {
            return "tls: client offered only unsupported versions";
        }
        return text.lines().reduce("", (_, last) -> last);
    }

    /** What all causes say, a line each, the innermost last. */
    private static String texts(Throwable cause) {
        StringBuilder texts = new StringBuilder();
        for (@Nullable Throwable at = cause; at != null; at = at.getCause()) {
            texts.append(at.getMessage()).append('\n');
        }
        return texts.toString();
    }

    /** Go names the alerts of RFC 8446, 6 in its own way. */
    private static String alert(String name) {
        String words = name.toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (words) {
            case "unknown ca" -> "unknown certificate authority";
            case "certificate unknown" -> "unknown certificate";
            case "certificate revoked" -> "revoked certificate";
            case "certificate expired" -> "expired certificate";
            case "decode error" -> "error decoding message";
            case "decrypt error" -> "error decrypting message";
            case "protocol version" -> "protocol version not supported";
            default -> words;
        };
    }

    /** The innermost cause of a kind. */
    private static <T extends Throwable> @Nullable T found(
            @Nullable Throwable cause, Class<T> kind) {
        T last = null;
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                last = kind.cast(at);
            }
        }
        return last;
    }
}
