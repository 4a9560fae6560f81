package dev.quorate.tools.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the puts of {@code check perf} begin, by a clock that only these tests move. */
final class TurnsTest {
    private static final long MILLI = 1_000_000;

    private static final class Clock implements Turns.Time {
        private long nanos;
        private boolean stopped;

        @Override
        public long elapsedNanos() {
            return nanos;
        }

        @Override
        public boolean sleepUntil(long until) {
            nanos = Math.max(nanos, until);
            return !stopped;
        }
    }

    private final Clock clock = new Clock();

    /** How many turns there are for one client whose puts take so long. */
    private long taken(Turns turns, long putNanos) {
        long taken = 0;
        while (turns.await(clock)) {
            taken++;
            clock.nanos += putNanos;
        }
        return taken;
    }

    @Test
    void turnsComeAtTheRate() {
        assertThat(taken(Turns.rate(150, 60), 0)).isBetween(150L * 60, 150L * 60 + 1);
        assertThat(clock.nanos).isBetween(59_990 * MILLI, 60_000 * MILLI);
    }

    @Test
    void whoDoesNotKeepUpIsNotGivenMoreTime() {
        assertThat(taken(Turns.rate(1000, 60), 10 * MILLI)).isEqualTo(6000);
        assertThat(clock.nanos).isEqualTo(60_000 * MILLI);
    }

    @Test
    void lostTurnsAreNotMadeUpFor() {
        Turns turns = Turns.rate(1000, 60);
        turns.await(clock);
        clock.nanos = 30_000 * MILLI;
        assertThat(turns.await(clock)).isTrue();
        assertThat(turns.await(clock)).isTrue();
        assertThat(clock.nanos).as("not at once").isEqualTo(30_001 * MILLI);
    }

    @Test
    void aLoadThatIsStoppedHasNoMoreTurns() {
        clock.stopped = true;
        assertThat(Turns.rate(1000, 60).await(clock)).isFalse();
    }

    @Test
    void soManyAndNoMore() {
        assertThat(taken(Turns.count(10_000), 0)).isEqualTo(10_000);
    }
}
