package dev.quorate.server.watch;

/**
 * The bounds of the hub.
 *
 * @param progressIntervalNanos how long a watch with {@code progress_notify} stays silent before it is told the revision; up to a
 *     tenth is added per stream, so that clients which reconnected together are not answered together
 * @param fragmentBytesMax a response of a watch with {@code fragment} is split when its encoded form reaches this size; etcd takes
 *     {@code max-request-bytes} plus 512 KiB
 * @param streamPendingBytesMax what one stream may queue while its client does not read; beyond it watches become cursors
 * @param hubPendingBytesMax the same for all streams together
 * @param ringBatches published batches that may wait for the hub
 * @param ringBytesMax their size; beyond either bound the hub reads from history instead
 * @param catchUpRevisions revisions that one watch may read from history before the next watch has its turn
 * @param streamRequestBytesMax requests of one stream that may wait while its client does not read the answers; a stream that
 *     exceeds it is ended
 */
public record WatchOptions(
        long progressIntervalNanos,
        long fragmentBytesMax,
        long streamPendingBytesMax,
        long hubPendingBytesMax,
        int ringBatches,
        long ringBytesMax,
        int catchUpRevisions,
        long streamRequestBytesMax) {
    /** The shortest progress interval that is honoured; shorter ones are raised to it. */
    public static final long PROGRESS_INTERVAL_NANOS_MIN = 100_000_000L;

    private static final long MIB = 1 << 20;

    public WatchOptions {
        progressIntervalNanos = Math.max(progressIntervalNanos, PROGRESS_INTERVAL_NANOS_MIN);
        if (ringBatches < 1 || Integer.bitCount(ringBatches) != 1) {
            throw new IllegalArgumentException("ringBatches must be a power of two");
        }
        if (catchUpRevisions < 1) {
            throw new IllegalArgumentException("catchUpRevisions must be positive");
        }
    }

    /** etcd's defaults: progress every 10 minutes, fragments at 1.5 MiB + 512 KiB, 1,000 revisions per round. */
    public static WatchOptions defaults() {
        return new WatchOptions(
                600_000_000_000L, 2 * MIB, MIB, 64 * MIB, 4096, 64 * MIB, 1000, 8 * MIB);
    }

    public WatchOptions withProgressIntervalNanos(long nanos) {
        return new WatchOptions(
                nanos,
                fragmentBytesMax,
                streamPendingBytesMax,
                hubPendingBytesMax,
                ringBatches,
                ringBytesMax,
                catchUpRevisions,
                streamRequestBytesMax);
    }

    public WatchOptions withFragmentBytesMax(long bytes) {
        return new WatchOptions(
                progressIntervalNanos,
                bytes,
                streamPendingBytesMax,
                hubPendingBytesMax,
                ringBatches,
                ringBytesMax,
                catchUpRevisions,
                streamRequestBytesMax);
    }

    public WatchOptions withPendingBytesMax(long perStream, long wholeHub) {
        return new WatchOptions(
                progressIntervalNanos,
                fragmentBytesMax,
                perStream,
                wholeHub,
                ringBatches,
                ringBytesMax,
                catchUpRevisions,
                streamRequestBytesMax);
    }

    public WatchOptions withRing(int batches, long bytesMax) {
        return new WatchOptions(
                progressIntervalNanos,
                fragmentBytesMax,
                streamPendingBytesMax,
                hubPendingBytesMax,
                batches,
                bytesMax,
                catchUpRevisions,
                streamRequestBytesMax);
    }

    public WatchOptions withCatchUpRevisions(int revisions) {
        return new WatchOptions(
                progressIntervalNanos,
                fragmentBytesMax,
                streamPendingBytesMax,
                hubPendingBytesMax,
                ringBatches,
                ringBytesMax,
                revisions,
                streamRequestBytesMax);
    }
}
