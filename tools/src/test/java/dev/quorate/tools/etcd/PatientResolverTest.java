package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Url;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatientResolverTest {
    private static final Url BY_NUMBER = Url.parse("http://10.1.2.3:2380");
    private static final Url BY_NAME = Url.parse("http://etcd-0.etcd:2380");

    private long nowNanos = 7;
    private Duration knownAfter = Duration.ZERO;
    private int asked;

    private PatientResolver resolver() {
        long start = nowNanos;
        return new PatientResolver(
                host -> {
                    asked++;
                    if (host.equals("etcd-0.etcd")) {
                        if (nowNanos - start < knownAfter.toNanos()) {
                            throw new UnknownHostException(host);
                        }
                        return "10.1.2.3";
                    }
                    return host;
                },
                () -> nowNanos,
                nanos -> nowNanos += nanos);
    }

    private static Bootstrap.Member listed(Url... urls) {
        return new Bootstrap.Member("etcd-0", List.of(urls));
    }

    @Test
    void aNameThatComesLateIsWaitedFor() {
        knownAfter = Duration.ofSeconds(12);
        assertThatCode(() ->
                        StartChecks.advertised(listed(BY_NAME), List.of(BY_NUMBER), resolver()))
                .doesNotThrowAnyException();
        assertThat(Duration.ofNanos(nowNanos)).isBetween(knownAfter, knownAfter.plusSeconds(2));
    }

    @Test
    void aNameThatNeverComesEndsTheStartAfterHalfAMinute() {
        knownAfter = Duration.ofDays(1);
        assertThatThrownBy(() ->
                        StartChecks.advertised(listed(BY_NAME), List.of(BY_NUMBER), resolver()))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(
                        "--initial-cluster has etcd-0=http://etcd-0.etcd:2380 but missing from"
                                + " --initial-advertise-peer-urls=http://10.1.2.3:2380 (failed to resolve"
                                + " \"http://etcd-0.etcd:2380\" (lookup etcd-0.etcd")
                .hasMessageEndingWith(": no such host))");
        assertThat(Duration.ofNanos(nowNanos))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    }

    @Test
    void nobodyIsAskedWhereTheTextsOrTheirNumberTell() throws StartException {
        StartChecks.advertised(listed(BY_NAME), List.of(BY_NAME), resolver());
        assertThatThrownBy(() ->
                        StartChecks.advertised(
                                listed(BY_NAME, BY_NUMBER), List.of(BY_NUMBER), resolver()))
                .hasMessageContaining("(len([");
        assertThat(asked).isZero();
    }
}
