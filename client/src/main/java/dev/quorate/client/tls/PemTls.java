package dev.quorate.client.tls;

import dev.quorate.client.rpc.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
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
     * @throws GeneralSecurityException if a text is not what it should be, with the reason
     */
    public static TlsSettings of(
            byte @Nullable [] authorities,
            byte @Nullable [] certificate,
            byte @Nullable [] key,
            boolean trustAll)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                certificate == null || key == null ? null : identity(certificate, key),
                trustAll
                        ? new TrustManager[] {new TrustAll()}
                        : authorities == null ? null : trust(authorities),
                null);
        return new TlsSettings(context, !trustAll);
    }

    private static KeyManager[] identity(byte[] certificate, byte[] key)
            throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(certificate);
        if (chain.isEmpty()) {
            throw new GeneralSecurityException(
                    "tls: failed to find any PEM data in certificate input");
        }
        PrivateKey secret = Pem.key(key);
        KeyStore store = empty();
        store.setKeyEntry("client", secret, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(byte[] authorities) throws GeneralSecurityException {
        List<X509Certificate> trusted = Pem.certificates(authorities);
        if (trusted.isEmpty()) {
            throw new GeneralSecurityException("no certificate in the file of authorities");
        }
        KeyStore store = empty();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority" + i, trusted.get(i));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
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
