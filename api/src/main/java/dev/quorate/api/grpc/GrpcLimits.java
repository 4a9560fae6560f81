package dev.quorate.api.grpc;

/**
 * Bounds and timings of gRPC connections.
 *
 * @param maxReceiveSizeBytes the largest request message, unpacked: etcd allows {@code max-request-bytes} + 512 KiB
 * @param keepaliveMinTimeMillis clients that ping more often while calls are open are sent away
 * @param keepaliveIntervalMillis the server pings a connection that was silent for so long; 0 means never
 * @param keepaliveTimeoutMillis and closes it when it stays silent for so long after the ping
 */
public record GrpcLimits(
        int maxReceiveSizeBytes,
        long keepaliveMinTimeMillis,
        long keepaliveIntervalMillis,
        long keepaliveTimeoutMillis) {
    /** etcd's defaults: 1.5 MiB + 512 KiB, 5 s, 2 h, 20 s. */
    public static final GrpcLimits DEFAULT = new GrpcLimits(2 << 20, 5_000, 7_200_000, 20_000);

    public GrpcLimits {
        if (maxReceiveSizeBytes <= 0) {
            throw new IllegalArgumentException("maxReceiveSizeBytes " + maxReceiveSizeBytes);
        }
    }
}
