package dev.quorate.raft.sim;

/** Lives through seeds until one fails, for tests that plant faults: prints its number and what was wrong. */
public final class SimulationProgram {
    private static final int CAUGHT = 3;

    private SimulationProgram() {}

    /** @param args the first seed and the last */
    public static void main(String[] args) {
        for (long seed = Long.parseLong(args[0]); seed <= Long.parseLong(args[1]); seed++) {
            try {
                SimulationTest.run(seed, false);
            } catch (AssertionError failure) {
                System.out.println("seed " + seed);
                System.out.println(
                        String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " "));
                System.exit(CAUGHT);
            }
        }
    }
}
