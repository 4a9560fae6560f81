package dev.quorate.raft;

/** Checks that are always on. A broken invariant must stop the member before it can spread. */
public final class Check {
    private Check() {}

    /** Refuses a bad argument with a message of the form {@code ticks: -1 (expected: > 0)}. */
    public static void argument(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Fails with the text when an invariant does not hold. */
    public static void that(boolean holds, String broken) {
        if (!holds) {
            throw new IllegalStateException(broken);
        }
    }

    /** Like {@link #that(boolean, String)}; the values are added to the text only on failure. */
    public static void that(boolean holds, String broken, long left, long right) {
        if (!holds) {
            throw new IllegalStateException(broken + ": " + left + ", " + right);
        }
    }
}
