package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that speak TLS with each other, and those who are not to speak with them. */
@Tag("slow")
class TlsClusterTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir Path home;

    @Test
    void onlyMembersGetIn() throws Exception {
        Certificates certificates = new Certificates(home);
        certificates.authority("ca");
        certificates.authority("elsewhere");
        certificates.signed("member", "ca", "member", "ip:127.0.0.1,dns:localhost");
        certificates.signed("stranger", "ca", "stranger", "ip:127.0.0.1");
        certificates.signed("moved", "ca", "member", "ip:10.9.9.9");
        certificates.signed("named", "ca", "member", "dns:localhost");
        certificates.signed("alien", "elsewhere", "member", "ip:127.0.0.1");
        try (Members members =
                Members.startSecure(
                        home,
                        NAMES,
                        "--peer-cert-file=" + certificates.file("member.pem"),
                        "--peer-key-file=" + certificates.file("member.key"),
                        "--peer-trusted-ca-file=" + certificates.file("ca.pem"),
                        "--peer-client-cert-auth",
                        "--peer-cert-allowed-cn=member")) {
            work(members);
            String url = members.peerUrl("a");
            assertThat(ask(url, certificates, "member")).contains("\"name\":\"b\"");
            assertThat(ask(url, certificates, "named")).contains("\"name\":\"b\"");
            refused(members, certificates, "", "tls: client didn't provide a certificate");
            refused(
                    members,
                    certificates,
                    "alien",
                    "tls: failed to verify certificate: x509: certificate signed by unknown authority");
            refused(members, certificates, "stranger", "client certificate authentication failed");
            refused(
                    members,
                    certificates,
                    "moved",
                    "x509: certificate is valid for 10.9.9.9, not 127.0.0.1");
            work(members);
        }
    }

    private void refused(Members members, Certificates certificates, String who, String why)
            throws Exception {
        assertThat(ask(members.peerUrl("a"), certificates, who)).as(who).isEmpty();
        members.await(
                () ->
                        members.victim("a")
                                .log()
                                .lines()
                                .anyMatch(line ->
                                        line.contains("rejected connection on peer endpoint")
                                                && line.contains("\"remote-addr\":\"127.0.0.1:")
                                                && line.contains(why)),
                "refusal of " + who + ": " + why);
    }

    /** What somebody with a certificate is told; nothing if he is turned away. */
    private static String ask(String url, Certificates certificates, String who) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .sslContext(certificates.client(who, "ca"))
                        .build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url + "/members"))
                            .timeout(Duration.ofSeconds(5))
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    void membersMakeTheirOwnCertificates() throws Exception {
        try (Members members = Members.startSecure(home, NAMES, "--peer-auto-tls")) {
            work(members);
            Path made = members.victim("b").data().resolve("fixtures").resolve("peer");
            String certificate = Files.readString(made.resolve("cert.pem"));
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(made.resolve("key.pem"))))
                    .isEqualTo("rw-------");
            members.victim("b").kill();
            members.restart("b");
            members.awaitReadable("b");
            work(members);
            assertThat(Files.readString(made.resolve("cert.pem")))
                    .as("kept over restarts")
                    .isEqualTo(certificate);
        }
    }

    private static void work(Members members) throws Exception {
        long revision = 0;
        for (String name : NAMES) {
            revision = members.callPatiently(name, gateway -> gateway.put("k-" + name, "v"));
        }
        members.awaitSameKeys(revision);
    }
}
