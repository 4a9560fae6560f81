package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many hostile worlds, see docs/simulation.md. {@code -Dsim.seed=n} lives through one alone, {@code -Dsim.trace=true} prints it, {@code
 * -Dsim.seeds=n} and {@code -Dsim.first=n} choose others.
 */
class SimulationTest {
    private static final long SEEDS = 200;
    private static final long SEEDS_SLOW = 20_000;
    private static final long SEEDS_WITH_REAL_ENGINE = 6;

    private static Sink previous;

    @BeforeAll
    static void keepQuiet() {
        previous =
                Log.install(
                        new Sink() {
                            @Override
                            public boolean isEnabled(Level level) {
                                return false;
                            }

                            @Override
                            public void write(Line line) {}
                        });
    }

    @AfterAll
    static void speakAgain() {
        Log.install(previous);
    }

    @Test
    void keepsItsPromises() {
        live(Long.getLong("sim.seeds", SEEDS));
    }

    @Test
    @Tag("slow")
    void keepsItsPromisesInManyWorlds() {
        live(Long.getLong("sim.seeds", SEEDS_SLOW));
    }

    private static void live(long seeds) {
        Long only = Long.getLong("sim.seed");
        long first = only == null ? Long.getLong("sim.first", 1) : only;
        long last = only == null ? first + seeds : only + 1;
        boolean traced = Boolean.getBoolean("sim.trace");
        Totals totals = new Totals();
        long began = System.nanoTime();
        // Each world is one thread's own; several of them live side by side.
        LongStream.range(first, last)
                .parallel()
                .forEach(seed -> totals.add(live(seed, traced ? System.out : null)));
        double minutes = (System.nanoTime() - began) / 60e9;
        System.out.printf(
                "simulated seeds %d to %d: %s; %.0f seeds per minute%n",
                first, last - 1, totals, (last - first) / minutes);
        if (only == null) {
            totals.checkHostile(last - first);
        }
    }

    @Test
    void aSeedIsARun() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(live(seed, null)).isEqualTo(live(seed, null));
        }
        assertThat(live(1, null).trace()).isNotEqualTo(live(2, null).trace());
    }

    /** The engine in memory is a twin of the real one: whichever a member has, it does the same, to the last event. */
    @Test
    void theRealEngineMakesNoDifference(@TempDir Path directory) {
        int[] databases = {0};
        for (long seed = 1; seed <= SEEDS_WITH_REAL_ENGINE; seed++) {
            SimStore.Maker real =
                    () -> SimStore.onDisk(directory.resolve(String.valueOf(++databases[0])));
            assertThat(live(seed, null, real)).as("seed %s", seed).isEqualTo(live(seed, null));
        }
    }

    static World.Summary live(long seed, PrintStream out) {
        return live(seed, out, SimStore::inMemory);
    }

    private static World.Summary live(long seed, PrintStream out, SimStore.Maker stores) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        // Every other world's members do each other's work as in a process, the rest each their
        // own.
        boolean sharesWork = seed % 2 == 0;
        World world = new World(Plan.draw(random), random, new Trace(out), stores, sharesWork);
        try {
            world.run();
            return world.summary();
        } catch (Throwable failure) {
            throw new AssertionError(
                    "seed "
                            + seed
                            + " at "
                            + world.now() / 1e9
                            + " s: "
                            + failure.getMessage()
                            + "\n"
                            + world.plan
                            + "\nto see it again: ./mvnw -pl verify -am test -Dtest=SimulationTest#keepsItsPromises"
                            + " -Dsim.seed="
                            + seed
                            + " -Dsim.trace=true",
                    failure);
        } finally {
            world.close();
        }
    }

    /** What all worlds together were worth. */
    private static final class Totals {
        private long steps;
        private long terms;
        private long entries;
        private long operations;
        private long answered;
        private long deaths;
        private long snapshots;
        private long changes;
        private long watchEvents;
        private long leasesEnded;

        synchronized void add(World.Summary one) {
            steps += one.steps();
            terms += one.terms();
            entries += one.entries();
            operations += one.operations();
            answered += one.answered();
            deaths += one.deaths();
            snapshots += one.snapshots();
            changes += one.changes();
            watchEvents += one.watchEvents();
            leasesEnded += one.leasesEnded();
        }

        /** The worlds must be hostile, but not so much that nothing ever happens. */
        void checkHostile(long seeds) {
            assertThat(answered).isGreaterThan(50 * seeds);
            assertThat(terms).isGreaterThan(2 * seeds);
            assertThat(deaths).isGreaterThan(seeds);
            assertThat(snapshots).isGreaterThan(seeds / 4);
            assertThat(changes).isGreaterThan(seeds);
            assertThat(watchEvents).isGreaterThan(50 * seeds);
            assertThat(leasesEnded).isGreaterThan(seeds);
        }

        @Override
        public String toString() {
            return steps
                    + " events, "
                    + terms
                    + " terms, "
                    + entries
                    + " entries, "
                    + answered
                    + " of "
                    + operations
                    + " operations answered, "
                    + deaths
                    + " deaths, "
                    + snapshots
                    + " snapshots, "
                    + changes
                    + " changes of members, "
                    + watchEvents
                    + " watch events, "
                    + leasesEnded
                    + " leases ended";
        }
    }
}
