package dev.quorate.server.config;

/**
 * Distributed tracing (OTLP over gRPC).
 *
 * @param address host and port of the collector
 * @param serviceName the same for all members
 * @param instanceId different for each member, or empty
 * @param samplingRatePerMillion spans that are kept of a million
 */
public record Tracing(
        boolean enabled,
        String address,
        String serviceName,
        String instanceId,
        int samplingRatePerMillion) {

    public static Tracing none() {
        return new Tracing(false, "localhost:4317", "etcd", "", 0);
    }
}
