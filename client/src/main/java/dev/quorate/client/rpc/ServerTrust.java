package dev.quorate.client.rpc;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Verifies certificates of servers as the JDK does, and says in the words of Go's {@code crypto/x509} why one is refused.
 *
 * <p>The words are looked for in Go's order: validity, name, authority. Where the JDK takes the common name of a certificate without alternative
 * names for a host's, Go does not, and neither do we. Safe for use by any thread.
 */
public final class ServerTrust extends X509ExtendedTrustManager {
    static final String WORDS = "x509: ";
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private final X509ExtendedTrustManager jdk;
    private final @Nullable InstantSource clock;

    private ServerTrust(X509ExtendedTrustManager jdk, @Nullable InstantSource clock) {
        this.jdk = jdk;
        this.clock = clock;
    }

    /**
     * The managers of a factory.
     *
     * @param authorities whom to trust, or null for those that the JDK trusts
     * @param clock what to name as the time at which a certificate was not valid, or null
     */
    public static TrustManager[] of(@Nullable KeyStore authorities, @Nullable InstantSource clock)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        TrustManager[] managers = factory.getTrustManagers();
        for (int i = 0; i < managers.length; i++) {
            if (managers[i] instanceof X509ExtendedTrustManager jdk) {
                managers[i] = new ServerTrust(jdk, clock);
            }
        }
        return managers;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        String host =
                socket instanceof SSLSocket tls && tls.getHandshakeSession() != null
                        ? tls.getHandshakeSession().getPeerHost()
                        : "";
        try {
            jdk.checkServerTrusted(chain, type, socket);
        } catch (CertificateException e) {
            throw new CertificateException(WORDS + why(chain[0], host, e), e);
        }
        String name = nameProblem(chain[0], host);
        if (!name.isEmpty()) {
            throw new CertificateException(WORDS + name);
        }
    }

    private String why(X509Certificate leaf, String host, CertificateException refusal)
            throws CertificateParsingException {
        boolean early = hasCause(refusal, CertificateNotYetValidException.class);
        if (early || hasCause(refusal, CertificateExpiredException.class)) {
            return "certificate has expired or is not yet valid: "
                    + (clock == null
                            ? ""
                            : "current time "
                                    + clock.instant().truncatedTo(ChronoUnit.SECONDS)
                                    + " is ")
                    + (early
                            ? "before " + leaf.getNotBefore().toInstant()
                            : "after " + leaf.getNotAfter().toInstant());
        }
        String name = nameProblem(leaf, host);
        return name.isEmpty() ? "certificate signed by unknown authority" + hint(leaf) : name;
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Go names an authority that has the right name, and did not sign. */
    private String hint(X509Certificate leaf) {
        for (X509Certificate known : jdk.getAcceptedIssuers()) {
            if (known.getSubjectX500Principal().equals(leaf.getIssuerX500Principal())) {
                String name = known.getSubjectX500Principal().getName();
                int at = name.indexOf("CN=");
                int comma = name.indexOf(',', Math.max(at, 0));
                String common =
                        at < 0 ? "" : name.substring(at + 3, comma < 0 ? name.length() : comma);
                return " (possibly because of \""
                        + mismatch(leaf.getSigAlgName(), known.getPublicKey().getAlgorithm())
                        + "\" while trying to verify candidate authority certificate \""
                        + common
                        + "\")";
            }
        }
        return "";
    }

    /** How Go tells that a key did not make a signature. */
    private static String mismatch(String signature, String key) {
        boolean ecdsa = signature.endsWith("ECDSA");
        if (ecdsa && key.equals("RSA")) {
            return WORDS
                    + "signature algorithm specifies an ECDSA public key, but have public key of type *rsa.PublicKey";
        }
        if (signature.endsWith("RSA") && key.equals("EC")) {
            return WORDS
                    + "signature algorithm specifies an RSA public key, but have public key of type *ecdsa.PublicKey";
        }
        return ecdsa ? WORDS + "ECDSA verification failure" : "crypto/rsa: verification error";
    }

    /** Empty if the certificate is for that host. */
    private static String nameProblem(X509Certificate leaf, String host)
            throws CertificateParsingException {
        boolean address = isAddress(host);
        List<String> valid = new ArrayList<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0).equals(address ? SAN_IP : SAN_DNS)) {
                String value = String.valueOf(name.get(1));
                if (address ? sameAddress(value, host) : matches(value, host)) {
                    return "";
                }
                valid.add(value);
            }
        }
        if (names == null && leaf.getSubjectX500Principal().getName().contains("CN=" + host)) {
            return "certificate relies on legacy Common Name field, use SANs instead";
        }
        if (valid.isEmpty()) {
            return address
                    ? "cannot validate certificate for "
                            + host
                            + " because it doesn't contain any IP SANs"
                    : "certificate is not valid for any names, but wanted to match " + host;
        }
        return "certificate is valid for " + String.join(", ", valid) + ", not " + host;
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    private static boolean sameAddress(String one, String other) {
        try {
            return InetAddress.getByName(one).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean matches(String pattern, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        String shown = pattern.toLowerCase(Locale.ROOT);
        if (shown.startsWith("*.")) {
            int dot = wanted.indexOf('.');
            return dot > 0 && wanted.substring(dot).equals(shown.substring(1));
        }
        return wanted.equals(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        jdk.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        jdk.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        jdk.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        jdk.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        jdk.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return jdk.getAcceptedIssuers();
    }
}
