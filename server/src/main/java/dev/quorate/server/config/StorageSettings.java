package dev.quorate.server.config;

import java.time.Duration;

/**
 * How data is kept.
 *
 * @param quotaBytes bytes in use at which writes are refused; negative for no limit
 * @param batchInterval longest time between two commits of the engine
 * @param batchLimit operations after which the engine commits
 * @param freelistType {@code map} or {@code array}; accepted for compatibility, the engine here has no free list to choose
 * @param memoryMlock ask to keep pages in memory
 * @param unsafeNoFsync never wait for the disk: data is lost with the machine
 * @param bootstrapDefragThresholdMegabytes defragment at start if it would free at least this, 0 for never
 */
public record StorageSettings(
        long quotaBytes,
        Duration batchInterval,
        int batchLimit,
        String freelistType,
        boolean memoryMlock,
        boolean unsafeNoFsync,
        long bootstrapDefragThresholdMegabytes) {

    /** The quota when none is given: 2 GiB. */
    public static final long DEFAULT_QUOTA_BYTES = 2L * 1024 * 1024 * 1024;

    public static StorageSettings defaults() {
        return new StorageSettings(
                DEFAULT_QUOTA_BYTES, Duration.ofMillis(100), 10_000, "map", false, false, 0);
    }

    public StorageSettings withQuotaBytes(long next) {
        return new StorageSettings(
                next,
                batchInterval,
                batchLimit,
                freelistType,
                memoryMlock,
                unsafeNoFsync,
                bootstrapDefragThresholdMegabytes);
    }

    public StorageSettings withBatchInterval(Duration next) {
        return new StorageSettings(
                quotaBytes,
                next,
                batchLimit,
                freelistType,
                memoryMlock,
                unsafeNoFsync,
                bootstrapDefragThresholdMegabytes);
    }

    public StorageSettings withUnsafeNoFsync(boolean next) {
        return new StorageSettings(
                quotaBytes,
                batchInterval,
                batchLimit,
                freelistType,
                memoryMlock,
                next,
                bootstrapDefragThresholdMegabytes);
    }
}
