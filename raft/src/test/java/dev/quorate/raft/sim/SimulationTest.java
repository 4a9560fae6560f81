package dev.quorate.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Many hostile worlds. A failure names its seed; {@code -Dsim.seed=n} runs that one alone, {@code
 * -Dsim.seeds=n} runs more of them.
 */
class SimulationTest {
    private static final int EVENTS = 4000;
    private static final long SEEDS = Long.getLong("sim.seeds", 150);

    @Test
    void keepsItsPromises() {
        Long only = Long.getLong("sim.seed");
        long first = only == null ? 0 : only;
        long last = only == null ? SEEDS : only + 1;
        long committed = 0;
        int elections = 0;
        int reads = 0;
        int snapshots = 0;
        int changes = 0;
        for (long seed = first; seed < last; seed++) {
            Simulation simulation = run(seed, false);
            committed += simulation.invariants.committedIndex();
            elections += simulation.invariants.elections();
            reads += simulation.invariants.readsAnswered();
            snapshots += simulation.snapshotsInstalled;
            changes += simulation.changesApplied;
        }
        System.out.printf(
                "simulation seeds %d to %d: %d entries, %d elections, %d reads, %d snapshots,"
                        + " %d changes%n",
                first, last - 1, committed, elections, reads, snapshots, changes);
        if (only == null) {
            // The worlds must be hostile, but not so much that nothing ever happens.
            assertThat(committed).isGreaterThan(20 * SEEDS);
            assertThat(elections).isGreaterThan((int) (2 * SEEDS));
            assertThat(reads).isGreaterThan((int) SEEDS);
            assertThat(snapshots).isPositive();
            assertThat(changes).isPositive();
        }
    }

    @Test
    void isReproducedByItsSeed() {
        assertThat(run(42, true).trace()).isEqualTo(run(42, true).trace());
    }

    static Simulation run(long seed, boolean traced) {
        Simulation simulation = new Simulation(seed, traced);
        try {
            simulation.run(EVENTS);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
        return simulation;
    }
}
