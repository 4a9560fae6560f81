package dev.quorate.server.config;

/**
 * What requests and clusters may be at most.
 *
 * @param maxTxnOps operations or compares of one transaction
 * @param maxRequestBytes size of one request
 * @param maxConcurrentStreams HTTP/2 streams of one connection, up to 4294967295
 * @param maxLearners learners of the cluster
 */
public record Limits(
        int maxTxnOps, int maxRequestBytes, long maxConcurrentStreams, int maxLearners) {

    public static Limits defaults() {
        return new Limits(128, 1_572_864, 4_294_967_295L, 1);
    }
}
