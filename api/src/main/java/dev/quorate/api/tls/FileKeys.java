package dev.quorate.api.tls;

import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** A certificate chain and its key as PEM files, looked at again at every handshake. */
public final class FileKeys extends X509ExtendedKeyManager {
    private static final byte[] PROBE = "quorate".getBytes(StandardCharsets.US_ASCII);

    /** A chain with its key; aliases begin with its number, since chain and key are asked for one after the other. */
    private record Pair(long number, X509KeyManager keys) {}

    private final Reloading<Pair> files;
    private Pair current;
    private Pair previous;

    private FileKeys(Reloading<Pair> files) {
        this.files = files;
        this.current = files.get();
        this.previous = current;
    }

    /**
     * Reads the files.
     *
     * @throws IOException if they cannot be read or do not belong together; the text is Go's where the reason is a common one
     */
    public static KeyCertOptions open(Vertx vertx, String certificateFile, String keyFile)
            throws IOException {
        Path certificate = Path.of(certificateFile);
        Path key = Path.of(keyFile);
        PemPair.check(certificate, key);
        var numbers = new AtomicLong();
        var manager =
                new FileKeys(
                        new Reloading<>(
                                List.of(certificate, key),
                                "failed to create peer certificate",
                                () ->
                                        new Pair(
                                                numbers.incrementAndGet(),
                                                read(vertx, certificate, key))));
        return KeyCertOptions.wrap(new Factory(manager));
    }

    /**
     * Reads the files once.
     *
     * @throws IOException as {@link #open}
     */
    public static void check(Vertx vertx, String certificateFile, String keyFile)
            throws IOException {
        read(vertx, Path.of(certificateFile), Path.of(keyFile));
    }

    /** What Vert.x takes a manager from. */
    private static final class Factory extends SimpleKeyManagerFactory {
        private final KeyManager manager;

        Factory(KeyManager manager) {
            this.manager = manager;
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {manager};
        }
    }

    private static X509KeyManager read(Vertx vertx, Path certificate, Path key) throws IOException {
        PemPair.check(certificate, key);
        try {
            KeyManager[] managers =
                    new PemKeyCertOptions()
                            .setCertPath(certificate.toString())
                            .setKeyPath(key.toString())
                            .getKeyManagerFactory(vertx)
                            .getKeyManagers();
            X509KeyManager manager = (X509KeyManager) managers[0];
            requirePair(manager);
            return manager;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            // The certificate was parsed already.
            throw new IOException("tls: failed to parse private key", e);
        }
    }

    /** What one half signs, the other half must confirm. */
    private static void requirePair(X509KeyManager manager)
            throws IOException, GeneralSecurityException {
        for (String type : List.of("RSA", "EC", "EdDSA")) {
            String[] aliases = manager.getServerAliases(type, null);
            if (aliases == null || aliases.length == 0) {
                continue;
            }
            String algorithm =
                    switch (type) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "EdDSA";
                    };
            PrivateKey key = manager.getPrivateKey(aliases[0]);
            PublicKey shown = manager.getCertificateChain(aliases[0])[0].getPublicKey();
            if (!key.getAlgorithm().equals(shown.getAlgorithm())) {
                throw new IOException(PemPair.TYPES_DIFFER);
            }
            if (!confirms(algorithm, key, shown)) {
                throw new IOException("tls: private key does not match public key");
            }
            return;
        }
    }

    private static boolean confirms(String algorithm, PrivateKey key, PublicKey shown)
            throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(PROBE);
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(shown);
        verifier.update(PROBE);
        return verifier.verify(signer.sign());
    }

    /** Begins a choice: looks whether the files have changed. */
    private synchronized Pair latest() {
        Pair now = files.get();
        if (now.number != current.number) {
            previous = current;
            current = now;
        }
        return now;
    }

    private synchronized @Nullable X509KeyManager of(String alias) {
        long asked = Long.parseLong(alias.substring(0, alias.indexOf(':')));
        if (asked == current.number) {
            return current.keys;
        }
        return asked == previous.number ? previous.keys : null;
    }

    private static @Nullable String marked(Pair pair, @Nullable String alias) {
        return alias == null ? null : pair.number + ":" + alias;
    }

    private static String bare(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Pair pair = latest();
        return marked(pair, pair.keys.chooseServerAlias(keyType, issuers, null));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Pair pair = latest();
        return marked(pair, pair.keys.chooseClientAlias(keyTypes, issuers, null));
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineClientAlias(new String[] {keyType}, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        X509KeyManager keys = of(alias);
        return keys == null ? null : keys.getCertificateChain(bare(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        X509KeyManager keys = of(alias);
        return keys == null ? null : keys.getPrivateKey(bare(alias));
    }
}
