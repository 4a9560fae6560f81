package dev.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import java.io.FileInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One TLS port: HTTP/1.1 and HTTP/2 by ALPN, gRPC beside JSON, and client certificates as users. */
class TlsTest {
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir Path dir;

    @Test
    void oneTlsPortSpeaksEverythingAndKnowsTheClientsName() throws Exception {
        KeyStore store = keyStore();
        Path certificate = pem("cert.pem", "CERTIFICATE", store.getCertificate("k").getEncoded());
        Path key = pem("key.pem", "PRIVATE KEY", store.getKey("k", PASSWORD).getEncoded());
        var tls =
                new TlsConfig(certificate.toString(), key.toString(), certificate.toString(), true);
        var config = ListenerConfig.plain("127.0.0.1", 0).with(tls);
        try (var server = Running.start(config, ClientApi.Options.defaults())) {
            var context = context(store);
            for (var version : HttpClient.Version.values()) {
                try (var client =
                        HttpClient.newBuilder().version(version).sslContext(context).build()) {
                    var answer = send(client, server.port(), "/version", "application/json", null);
                    assertThat(answer.version()).isEqualTo(version);
                    assertThat(new String(answer.body())).contains("3.7.1");
                    var json =
                            send(
                                    client,
                                    server.port(),
                                    "/v3/kv/range",
                                    "application/json",
                                    "{\"key\":\"Zm9v\"}".getBytes());
                    assertThat(new String(json.body())).contains("\"count\":\"1\"");
                    assertThat(server.services.lastCall.commonName()).isNull();
                }
            }
            try (var client = HttpClient.newBuilder().sslContext(context).build()) {
                byte[] range = {0, 0, 0, 0, 5, 10, 3, 'f', 'o', 'o'};
                var grpc =
                        send(
                                client,
                                server.port(),
                                "/etcdserverpb.KV/Range",
                                "application/grpc",
                                range);
                assertThat(grpc.headers().firstValue("content-type")).hasValue("application/grpc");
                assertThat(new String(grpc.body())).contains("foo");
                assertThat(server.services.lastCall.commonName()).isEqualTo("alice");
            }
        }
    }

    @Test
    void replacedFilesHoldForTheNextConnection() throws Exception {
        KeyStore first = keyStore();
        Path certificate = pem("cert.pem", "CERTIFICATE", first.getCertificate("k").getEncoded());
        Path key = pem("key.pem", "PRIVATE KEY", first.getKey("k", PASSWORD).getEncoded());
        var config =
                ListenerConfig.plain("127.0.0.1", 0)
                        .with(new TlsConfig(certificate.toString(), key.toString(), null, false));
        try (var server = Running.start(config, ClientApi.Options.defaults())) {
            assertThat(shown(server.port(), first)).isEqualTo(first.getCertificate("k"));
            Files.delete(dir.resolve("keys.p12"));
            KeyStore second = keyStore();
            pem("cert.pem", "CERTIFICATE", second.getCertificate("k").getEncoded());
            // Half a replacement is none.
            assertThat(shown(server.port(), first)).isEqualTo(first.getCertificate("k"));
            pem("key.pem", "PRIVATE KEY", second.getKey("k", PASSWORD).getEncoded());
            assertThat(shown(server.port(), second)).isEqualTo(second.getCertificate("k"));
            Files.writeString(certificate, "nonsense");
            assertThat(shown(server.port(), second)).isEqualTo(second.getCertificate("k"));
            Files.delete(certificate);
            assertThat(shown(server.port(), second)).isEqualTo(second.getCertificate("k"));
        }
    }

    @Test
    void whoIsRefusedIsNamedInEtcdsLine() throws Exception {
        KeyStore store = keyStore();
        Path certificate = pem("cert.pem", "CERTIFICATE", store.getCertificate("k").getEncoded());
        Path key = pem("key.pem", "PRIVATE KEY", store.getKey("k", PASSWORD).getEncoded());
        var tls =
                new TlsConfig(certificate.toString(), key.toString(), certificate.toString(), true);
        BlockingQueue<Line> refusals = new LinkedBlockingQueue<>();
        Sink before = Log.install(new Refusals(refusals));
        try (var server =
                Running.start(
                        ListenerConfig.plain("127.0.0.1", 0).with(tls),
                        ClientApi.Options.defaults())) {
            try (var socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream().write("GET /version HTTP/1.1\r\n\r\n".getBytes());
                assertThat(next(refusals))
                        .containsEntry("remote-addr", "127.0.0.1:" + socket.getLocalPort())
                        .containsEntry("server-name", "")
                        .containsEntry(
                                "error", "tls: first record does not look like a TLS handshake");
            }
            new Socket("127.0.0.1", server.port()).close();
            var anonymous = SSLContext.getInstance("TLS");
            anonymous.init(null, trust(store), null);
            try (var socket =
                    (SSLSocket)
                            anonymous.getSocketFactory().createSocket("127.0.0.1", server.port())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("m1.example")));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(next(refusals))
                        .as("who only connects, as probes do, is no news")
                        .containsEntry("remote-addr", "127.0.0.1:" + socket.getLocalPort())
                        .containsEntry("server-name", "m1.example")
                        .containsEntry("error", "tls: client didn't provide a certificate");
            }
        } finally {
            Log.install(before);
        }
    }

    private static Map<String, String> next(BlockingQueue<Line> refusals)
            throws InterruptedException {
        Line line = refusals.poll(20, TimeUnit.SECONDS);
        assertThat(line).isNotNull();
        assertThat(line.message()).isEqualTo("rejected connection on client endpoint");
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < line.fields().length; i += 2) {
            fields.put(String.valueOf(line.fields()[i]), String.valueOf(line.fields()[i + 1]));
        }
        return fields;
    }

    private record Refusals(BlockingQueue<Line> lines) implements Sink {
        @Override
        public boolean isEnabled(Level level) {
            return level == Level.WARN;
        }

        @Override
        public void write(Line line) {
            if (line.message().startsWith("rejected connection")) {
                lines.add(line);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cert.pem, tls: failed to find any PEM data in certificate input",
        "key.pem, tls: failed to find any PEM data in key input",
        "other.pem, tls: private key does not match public key"
    })
    void filesThatCannotBeUsedEndTheStart(String broken, String reason) throws Exception {
        KeyStore store = keyStore();
        Path certificate = pem("cert.pem", "CERTIFICATE", store.getCertificate("k").getEncoded());
        Path key = pem("key.pem", "PRIVATE KEY", store.getKey("k", PASSWORD).getEncoded());
        if (broken.equals("other.pem")) {
            Files.delete(dir.resolve("keys.p12"));
            pem("key.pem", "PRIVATE KEY", keyStore().getKey("k", PASSWORD).getEncoded());
        } else {
            Files.writeString(dir.resolve(broken), "nonsense");
        }
        var config =
                ListenerConfig.plain("127.0.0.1", 0)
                        .with(new TlsConfig(certificate.toString(), key.toString(), null, false));
        assertThatThrownBy(() -> Running.start(config, ClientApi.Options.defaults()).close())
                .hasMessageContaining(reason);
    }

    /** What a new connection is shown. */
    private static Certificate shown(int port, KeyStore store) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) context(store).getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static HttpResponse<byte[]> send(
            HttpClient client, int port, String path, String type, byte[] body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                        .header("content-type", type);
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private KeyStore keyStore() throws Exception {
        Path file = dir.resolve("keys.p12");
        var keytool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "k",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=alice,O=etcd",
                                        "-ext",
                                        "SAN=dns:localhost,ip:127.0.0.1",
                                        "-storetype",
                                        "PKCS12",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        new String(PASSWORD)))
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(file.toFile())) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private Path pem(String name, String type, byte[] der) throws Exception {
        return Files.writeString(
                dir.resolve(name),
                "-----BEGIN "
                        + type
                        + "-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der)
                        + "\n-----END "
                        + type
                        + "-----\n");
    }

    private static SSLContext context(KeyStore store) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust(store), null);
        return context;
    }

    private static TrustManager[] trust(KeyStore store) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        trusted.setCertificateEntry("server", store.getCertificate("k"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers();
    }
}
