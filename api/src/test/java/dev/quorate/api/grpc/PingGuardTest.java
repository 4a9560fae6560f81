package dev.quorate.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PingGuardTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PingGuard guard = new PingGuard(5 * SECOND);
    private long now = 17;

    private boolean pingAfter(long nanos, boolean hasCalls) {
        now += nanos;
        return guard.onPing(now, hasCalls);
    }

    @Test
    void theThirdStrikeIsOneTooMany() {
        assertThat(pingAfter(0, true)).isFalse();
        assertThat(pingAfter(SECOND, true)).isFalse();
        assertThat(pingAfter(SECOND, true)).isFalse();
        assertThat(pingAfter(SECOND, true)).isTrue();
    }

    @Test
    void patientClientsMayPingForever() {
        for (int i = 0; i < 100; i++) {
            assertThat(pingAfter(5 * SECOND, true)).isFalse();
        }
    }

    @Test
    void withoutCallsPatienceMeansTwoHours() {
        pingAfter(0, false);
        pingAfter(60 * SECOND, false);
        pingAfter(60 * SECOND, false);
        assertThat(pingAfter(60 * SECOND, false)).isTrue();
        var other = new PingGuard(5 * SECOND);
        for (int i = 0; i < 10; i++) {
            now += TimeUnit.HOURS.toNanos(2);
            assertThat(other.onPing(now, false)).isFalse();
        }
    }

    @Test
    void answersForgive() {
        for (int i = 0; i < 100; i++) {
            guard.onSent();
            assertThat(pingAfter(1, true)).isFalse();
        }
    }

    @Test
    void pingsDuringALongAnswerMeasureItsSpeed() {
        guard.onDataQueued();
        for (int i = 0; i < 100; i++) {
            assertThat(pingAfter(1, true)).isFalse();
        }
        guard.onDataSent();
        assertThat(pingAfter(1, true)).isFalse();
        assertThat(pingAfter(1, true)).isFalse();
        assertThat(pingAfter(1, true)).isFalse();
        assertThat(pingAfter(1, true)).isTrue();
    }
}
