package dev.quorate.server.node;

import dev.quorate.log.Log;

/**
 * Tells whether the log's disk has stalled: writes are under way, and none has ended for as many ticks as an election takes. Counted in
 * ticks, so that a pause of the whole process, in which no tick is counted, is no stall. Owned by the raft loop.
 */
final class StallWatch {
    private static final Log LOG = Log.of(StallWatch.class);

    private final int ticksMax;
    private int ticks;
    private boolean stalled;

    /** @param ticksMax ticks without progress that make a stall */
    StallWatch(int ticksMax) {
        this.ticksMax = ticksMax;
    }

    /** A write has ended. */
    void progressed() {
        ticks = 0;
        if (stalled) {
            stalled = false;
            LOG.info("the disk of the write-ahead log works again");
        }
    }

    /** A tick passes; returns whether the disk has stalled. */
    boolean tick(boolean writing) {
        ticks = writing ? ticks + 1 : 0;
        if (!stalled && ticks >= ticksMax) {
            stalled = true;
            LOG.warn(
                    "the disk of the write-ahead log has stalled; this member does not lead until it works again",
                    "ticks-without-progress",
                    ticks);
        }
        return stalled;
    }
}
