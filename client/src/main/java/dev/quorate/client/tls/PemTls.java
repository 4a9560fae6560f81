package dev.quorate.client.tls;

import dev.quorate.client.rpc.ServerTrust;
import dev.quorate.client.rpc.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes {@link TlsSettings} from PEM texts. */
public final class PemTls {
    private static final char[] NO_PASSWORD = {};

    private PemTls() {}

    /**
     * Settings for a client.
     *
     * @param authorities whom to trust, or null for those that the JDK trusts
     * @param certificate who we are, with intermediate certificates behind, or null
     * @param key the key of the certificate, or null
     * @param trustAll take any certificate of a server; for tests only
     * @param clock what to name as the time at which a certificate was not valid
     * @throws GeneralSecurityException if a text is not what it should be, with the reason
     */
    public static TlsSettings of(
            byte @Nullable [] authorities,
            byte @Nullable [] certificate,
            byte @Nullable [] key,
            boolean trustAll,
            InstantSource clock)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                certificate == null || key == null ? null : identity(certificate, key),
                trustAll ? new TrustManager[] {new TrustAll()} : trust(authorities, clock),
                null);
        return new TlsSettings(context, !trustAll, "");
    }

    private static KeyManager[] identity(byte[] certificate, byte[] key)
            throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(certificate);
        if (chain.isEmpty()) {
            throw new GeneralSecurityException(
                    Pem.hasKey(certificate)
                            ? "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may"
                                    + " have been switched"
                            : "tls: failed to find any PEM data in certificate input");
        }
        PrivateKey secret = Pem.key(key);
        if (!belongTogether(chain.getFirst().getPublicKey(), secret)) {
            throw new GeneralSecurityException("tls: private key does not match public key");
        }
        KeyStore store = empty();
        store.setKeyEntry("client", secret, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /** Whether the one verifies what the other signs. */
    private static boolean belongTogether(PublicKey shown, PrivateKey secret)
            throws GeneralSecurityException {
        String algorithm =
                switch (secret.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case String other -> other;
                };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(shown);
            return verifying.verify(signing.sign());
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        }
    }

    private static TrustManager[] trust(byte @Nullable [] authorities, InstantSource clock)
            throws GeneralSecurityException {
        if (authorities == null) {
            return ServerTrust.of(null, clock);
        }
        List<X509Certificate> trusted = Pem.certificates(authorities);
        if (trusted.isEmpty()) {
            throw new GeneralSecurityException("x509: no certificate in the file of authorities");
        }
        KeyStore store = empty();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority" + i, trusted.get(i));
        }
        return ServerTrust.of(store, clock);
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    /** What {@code --insecure-skip-tls-verify} asks for. The extended kind, so that the JDK adds no checks of its own. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
