package dev.quorate.api.tls;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Authorities as a PEM file, a list of what they have revoked, looked at again at every handshake, and whom of the rest is let in. */
public final class FileTrust extends X509ExtendedTrustManager {

    /** What the files say. */
    private record Rules(X509ExtendedTrustManager authorities, Collection<? extends CRL> revoked) {}

    private final Reloading<Rules> files;
    private final Predicate<X509Certificate> allowed;

    private FileTrust(Reloading<Rules> files, Predicate<X509Certificate> allowed) {
        this.files = files;
        this.allowed = allowed;
    }

    /**
     * Reads the files.
     *
     * @param crlFile in DER or PEM form; null or empty for none
     * @param allowed whom of those that the authorities vouch for is let in when he connects
     * @throws IOException if they cannot be read
     */
    public static TrustOptions open(
            Vertx vertx,
            String caFile,
            @Nullable String crlFile,
            Predicate<X509Certificate> allowed)
            throws IOException {
        check(caFile);
        List<Path> paths = new ArrayList<>();
        paths.add(Path.of(caFile));
        Path crl = crlFile == null || crlFile.isEmpty() ? null : Path.of(crlFile);
        if (crl != null) {
            paths.add(crl);
        }
        var manager =
                new FileTrust(
                        new Reloading<>(
                                paths,
                                "failed to read authorities of certificates",
                                () -> read(vertx, caFile, crl)),
                        allowed);
        return TrustOptions.wrap(new Factory(manager));
    }

    /**
     * Reads a file of authorities once.
     *
     * @throws IOException if it cannot be read or holds what is no certificate; the text is Go's
     */
    public static void check(String caFile) throws IOException {
        PemPair.checkAuthorities(Path.of(caFile));
    }

    /** What Vert.x takes a manager from. */
    private static final class Factory extends SimpleTrustManagerFactory {
        private final TrustManager manager;

        Factory(TrustManager manager) {
            this.manager = manager;
        }

        @Override
        protected void engineInit(KeyStore store) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[] {manager};
        }
    }

    private static Rules read(Vertx vertx, String caFile, @Nullable Path crlFile)
            throws IOException {
        check(caFile);
        try {
            TrustManager[] managers =
                    new PemTrustOptions()
                            .addCertPath(caFile)
                            .getTrustManagerFactory(vertx)
                            .getTrustManagers();
            return new Rules((X509ExtendedTrustManager) managers[0], revoked(crlFile));
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("failed to parse " + caFile + ": " + e.getMessage(), e);
        }
    }

    private static Collection<? extends CRL> revoked(@Nullable Path file)
            throws IOException, GeneralSecurityException {
        if (file == null) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCRLs(in);
        }
    }

    private void requireAllowed(Rules rules, X509Certificate[] chain) throws CertificateException {
        if (!allowed.test(chain[0])) {
            throw new CertificateException("client certificate authentication failed");
        }
        requireUnrevoked(rules, chain);
    }

    private static void requireUnrevoked(Rules rules, X509Certificate[] chain)
            throws CertificateException {
        for (CRL list : rules.revoked) {
            for (X509Certificate certificate : chain) {
                if (list.isRevoked(certificate)) {
                    throw new CertificateException(
                            "transport: certificate serial "
                                    + certificate.getSerialNumber().toString(16)
                                    + " revoked");
                }
            }
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkClientTrusted(chain, authType, engine);
        requireAllowed(rules, chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkServerTrusted(chain, authType, engine);
        requireUnrevoked(rules, chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkClientTrusted(chain, authType, socket);
        requireAllowed(rules, chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkServerTrusted(chain, authType, socket);
        requireUnrevoked(rules, chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkClientTrusted(chain, authType);
        requireAllowed(rules, chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        Rules rules = files.get();
        rules.authorities.checkServerTrusted(chain, authType);
        requireUnrevoked(rules, chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return files.get().authorities.getAcceptedIssuers();
    }
}
