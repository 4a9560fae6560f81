package dev.quorate.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints as users write them. */
final class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:2379, IF_CONFIGURED, localhost, 2379, localhost:2379",
        "http://10.0.0.1:2379, NONE, 10.0.0.1, 2379, 10.0.0.1:2379",
        "https://example.com:443/path, TLS, example.com, 443, example.com:443",
        "[::1]:2379, IF_CONFIGURED, ::1, 2379, [::1]:2379",
        "http://[fe80::1]:1, NONE, fe80::1, 1, [fe80::1]:1",
        "unix:///run/etcd.sock, NONE, /run/etcd.sock, 0, /run/etcd.sock",
        "unix:relative, NONE, relative, 0, relative",
        "nohost, IF_CONFIGURED, nohost, -1, nohost",
        "host:port, IF_CONFIGURED, host, -1, host",
        "host:99999, IF_CONFIGURED, host, -1, host"
    })
    void reads(String text, Endpoint.Security security, String host, int port, String address) {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint.security()).isEqualTo(security);
        assertThat(endpoint.host()).isEqualTo(host);
        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(endpoint.address()).isEqualTo(address);
    }
}
