package dev.quorate.verify.sim;

/** Lives through seeds until one fails, for tests that plant faults: prints its number and what was wrong. */
public final class SimulationProgram {
    /** The exit code when a seed failed. */
    public static final int CAUGHT = 3;

    private static final int WHAT_MAX = 400;

    private SimulationProgram() {}

    /** @param args the first seed and the last */
    public static void main(String[] args) {
        SimulationTest.keepQuiet();
        for (long seed = Long.parseLong(args[0]); seed <= Long.parseLong(args[1]); seed++) {
            try {
                SimulationTest.live(seed, null);
            } catch (AssertionError failure) {
                System.out.println("seed " + seed);
                System.out.println(what(failure));
                System.exit(CAUGHT);
            }
        }
    }

    /** The innermost message, on one line. */
    private static String what(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
        return text.length() > WHAT_MAX ? text.substring(0, WHAT_MAX) : text;
    }
}
