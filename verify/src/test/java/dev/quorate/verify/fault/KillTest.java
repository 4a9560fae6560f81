package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.fault.Gateway.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL again and again while clients write, on one data directory. */
class KillTest {
    private static final int WRITERS = 4;
    private static final int KILLS = 50;
    private static final int KILLS_OF_A_LONG_RUN = 500;

    /** A long run ends early where launches are slow, but not before so many kills. */
    private static final Duration LONG_RUN = Duration.ofMinutes(4);

    private static final int KILLS_OF_A_LONG_RUN_MIN = 100;

    /** Every so many launches the process is killed before anybody has written. */
    private static final int EARLY_KILL_EVERY = 5;

    private static final int COMPACT_EVERY = 7;
    private static final int WRITING_MILLIS_MIN = 20;
    private static final int WRITING_MILLIS_MAX = 250;
    private static final int EARLY_MILLIS_MAX = 700;

    /** Snapshots and what follows from them fall into the run. */
    private static final String SNAPSHOTS = "--snapshot-count=300";

    @TempDir Path home;

    private final List<Ledger> ledgers = new ArrayList<>();
    private final AtomicLong highestRevision = new AtomicLong();

    @Test
    void nothingAcknowledgedIsLostByFiftyKills() throws Exception {
        kill(KILLS, KILLS, 1);
    }

    @Test
    @Tag("slow")
    void nothingAcknowledgedIsLostByManyKills() throws Exception {
        kill(KILLS_OF_A_LONG_RUN_MIN, KILLS_OF_A_LONG_RUN, System.nanoTime());
    }

    private void kill(int atLeast, int atMost, long seed) throws Exception {
        System.out.println("seed " + seed);
        long end = System.nanoTime() + LONG_RUN.toNanos();
        int kills = 0;
        Random random = new Random(seed);
        for (int i = 0; i < WRITERS; i++) {
            ledgers.add(new Ledger(i));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            while (kills < atLeast || (kills < atMost && System.nanoTime() < end)) {
                int round = kills++;
                try (Victim victim = Victim.launch(home, SNAPSHOTS)) {
                    if (round % EARLY_KILL_EVERY == EARLY_KILL_EVERY - 1) {
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLY_MILLIS_MAX));
                        continue;
                    }
                    victim.serving();
                    round(victim, threads, round, random);
                }
            }
        }
        try (Victim victim = Victim.launch(home, SNAPSHOTS).serving();
                Gateway member = new Gateway(victim.clientPort())) {
            long total = 0;
            for (Ledger ledger : ledgers) {
                ledger.verify(member, kills);
                ledger.verifyAll(member);
                total += ledger.acknowledgedTotal();
            }
            System.out.println(total + " acknowledged transactions survived " + kills + " kills");
            assertThat(total).isGreaterThan(kills);
            assertThat(victim.terminate()).isEqualTo(128 + 15);
            assertThat(victim.fatalLines()).isEmpty();
        }
    }

    private void round(Victim victim, ExecutorService threads, int round, Random random)
            throws Exception {
        try (Gateway member = new Gateway(victim.clientPort())) {
            long revision = member.range("a", "b").revision();
            assertThat(revision)
                    .as("round %s: the revision goes back", round)
                    .isGreaterThanOrEqualTo(highestRevision.get());
            highestRevision.set(revision);
            for (Ledger ledger : ledgers) {
                ledger.verify(member, round);
            }
            if (round % COMPACT_EVERY == COMPACT_EVERY - 1) {
                member.compact(revision);
            }
            List<Future<?>> writing = new ArrayList<>();
            for (Ledger ledger : ledgers) {
                writing.add(threads.submit(() -> write(member, ledger)));
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(WRITING_MILLIS_MIN, WRITING_MILLIS_MAX));
            victim.kill();
            for (Future<?> one : writing) {
                one.get(Victim.EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    /** Writes until the connection breaks. */
    private Void write(Gateway member, Ledger ledger) throws InterruptedException {
        while (true) {
            try {
                long revision = member.putAll(ledger.next());
                ledger.acknowledge(revision);
                highestRevision.accumulateAndGet(revision, Math::max);
            } catch (IOException _) {
                return null;
            } catch (RefusedException e) {
                throw new AssertionError("refused instead of cut off", e);
            }
        }
    }
}
