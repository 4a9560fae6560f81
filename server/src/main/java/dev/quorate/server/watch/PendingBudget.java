package dev.quorate.server.watch;

/** What all streams together may queue for clients that do not read, and what was sent. Owned by the hub's thread. */
final class PendingBudget {
    private final long streamBytesMax;
    private final long hubBytesMax;
    private long bytes;
    long pendingEvents;
    long sentEvents;

    PendingBudget(long streamBytesMax, long hubBytesMax) {
        this.streamBytesMax = streamBytesMax;
        this.hubBytesMax = hubBytesMax;
    }

    boolean fits(long streamBytes, long added) {
        return streamBytes + added <= streamBytesMax && bytes + added <= hubBytesMax;
    }

    void add(long added) {
        bytes += added;
    }

    long bytes() {
        return bytes;
    }
}
