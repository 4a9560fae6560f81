package dev.quorate.verify.fault;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** Authorities and what they sign, made with the JDK's keytool. */
final class Certificates {
    private static final String PASSWORD = "secret";
    private static final int PEM_LINE = 64;

    private final Path dir;

    Certificates(Path dir) {
        this.dir = dir;
    }

    /** Makes an authority; its certificate is in {@code NAME.pem}. */
    void authority(String name) throws Exception {
        keytool(
                name,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c");
        pem(name + ".pem", "CERTIFICATE", store(name).getCertificate(name).getEncoded());
    }

    /**
     * Makes a certificate in {@code NAME.pem} and its key in {@code NAME.key}.
     *
     * @param hosts as keytool writes them, for example {@code ip:127.0.0.1}; empty for none
     */
    void signed(String name, String authority, String commonName, String hosts) throws Exception {
        keytool(name, "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + commonName);
        keytool(name, "-certreq", "-alias", name, "-file", dir.resolve(name + ".csr").toString());
        List<String> sign =
                new ArrayList<>(
                        List.of(
                                "-gencert",
                                "-alias",
                                authority,
                                "-rfc",
                                "-infile",
                                dir.resolve(name + ".csr").toString(),
                                "-outfile",
                                dir.resolve(name + ".pem").toString(),
                                "-ext",
                                "eku=serverAuth,clientAuth"));
        if (!hosts.isEmpty()) {
            sign.addAll(List.of("-ext", "san=" + hosts));
        }
        keytool(authority, sign.toArray(String[]::new));
        pem(
                name + ".key",
                "PRIVATE KEY",
                store(name).getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    String file(String name) {
        return dir.resolve(name).toString();
    }

    /** For a client that shows a certificate, or none, and believes one authority. */
    SSLContext client(String name, String authority) throws Exception {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (!name.isEmpty()) {
            try (var in = Files.newInputStream(dir.resolve(name + ".pem"))) {
                var chain =
                        java.security.cert.CertificateFactory.getInstance("X.509")
                                .generateCertificates(in);
                own.setKeyEntry(
                        name,
                        store(name).getKey(name, PASSWORD.toCharArray()),
                        PASSWORD.toCharArray(),
                        new java.security.cert.Certificate[] {chain.iterator().next()});
            }
        }
        keys.init(own, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(authority, store(authority).getCertificate(authority));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] shown = {new Always(name, (X509KeyManager) keys.getKeyManagers()[0])};
        context.init(shown, trust.getTrustManagers(), null);
        return context;
    }

    /** Shows its certificate to everybody, where the JDK would show none to a server that names other authorities. */
    private static final class Always extends X509ExtendedKeyManager {
        private final String name;
        private final X509KeyManager keys;

        Always(String name, X509KeyManager keys) {
            this.name = name;
            this.keys = keys;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return name.isEmpty() ? null : name;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
            return name.isEmpty() ? null : name;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {name};
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            throw new UnsupportedOperationException("for clients only");
        }

        @Override
        public String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            throw new UnsupportedOperationException("for clients only");
        }
    }

    private KeyStore store(String name) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(dir.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(
                List.of(
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        dir.resolve(store + ".p12").toString(),
                        "-storepass",
                        PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(command + ": " + output);
        }
    }

    private void pem(String name, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                dir.resolve(name),
                "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
