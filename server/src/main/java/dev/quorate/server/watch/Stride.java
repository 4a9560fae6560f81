package dev.quorate.server.watch;

/** How many revisions to read from history at once: as many as keep one step near {@link #GOAL_BYTES}. */
final class Stride {
    private static final int FIRST_REVISIONS = 128;
    private static final long GOAL_BYTES = 1 << 20;

    private final int revisionsMax;
    private int revisions;

    Stride(int revisionsMax) {
        this.revisionsMax = revisionsMax;
        this.revisions = Math.min(FIRST_REVISIONS, revisionsMax);
    }

    int revisions() {
        return revisions;
    }

    /** Learns from a step that brought {@code bytes}. */
    void learn(long bytes) {
        if (bytes > GOAL_BYTES) {
            revisions = Math.max(1, revisions / 2);
        } else if (bytes < GOAL_BYTES / 4) {
            revisions = Math.min(revisionsMax, revisions * 2);
        }
    }
}
