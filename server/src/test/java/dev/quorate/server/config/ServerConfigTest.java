package dev.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @Test
    void defaultsAreEtcds() {
        ServerConfig config = ServerConfig.defaults("a", Path.of("d"));

        assertThat(config.walDir()).isEqualTo(Path.of("d/member/wal"));
        assertThat(config.isWalDedicated()).isFalse();
        assertThat(config.bootstrap().initialClusterText()).isEqualTo("a=http://localhost:2380");
        assertThat(config.raft().electionTicks()).isEqualTo(10);
        assertThat(config.raft().requestTimeout()).hasMillis(7000);
        assertThat(config.compaction().isAutomatic()).isFalse();
        assertThat(config.features().isEnabled(Feature.FAST_LEASE_KEEP_ALIVE)).isTrue();
        assertThat(config.features().isEnabled(Feature.LEASE_CHECKPOINT)).isFalse();
        assertThat(config.withWalDir(Path.of("w")).isWalDedicated()).isTrue();
    }

    @Test
    void urlsKeepTheirTextAndSort() {
        List<Url> urls =
                Url.parseAll(List.of(" http://b_1:2 ", "https://[::1]:2380", "http://a:1"));

        assertThat(urls)
                .extracting(Url::text)
                .containsExactly("http://a:1", "http://b_1:2", "https://[::1]:2380");
        assertThat(urls.get(1).host()).isEqualTo("b_1");
        assertThat(urls.get(2).host()).isEqualTo("::1");
        assertThat(urls.get(2).port()).isEqualTo(2380);
        assertThat(urls.get(2).isSecure()).isTrue();
        assertThat(Url.parse("unix://m1.sock:1").isUnix()).isTrue();
        assertThat(Url.of("https", "::1", 2380)).isEqualTo(urls.get(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo | URL scheme must be http, https, unix, or unixs: foo",
                "ftp://a:1 | URL scheme must be http, https, unix, or unixs: ftp://a:1",
                "127.0.0.1:1 | parse \"127.0.0.1:1\": first path segment in URL cannot contain colon",
                "http://a | URL address does not have the form \"host:port\": http://a",
                "http://[::1] | URL address does not have the form \"host:port\": http://[::1]",
                "http://a:x | parse \"http://a:x\": invalid port \":x\" after host",
                "http://a:1/x | URL must not contain a path: http://a:1/x",
                ":1 | parse \":1\": missing protocol scheme",
            })
    void refusesUrlsInGosWords(String text, String message) {
        assertThatThrownBy(() -> Url.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
