package dev.quorate.server.config;

import java.time.Duration;
import java.util.List;

/**
 * What the front doors offer.
 *
 * @param cors origins that browsers may call from; {@code *} for all
 * @param hostWhitelist host names that plain HTTP requests may use; {@code *} for all
 * @param enableGateway serve JSON under {@code /v3/}
 * @param enableV2 serve the v2 API under {@code /v2/}
 * @param enablePprof serve profiles under {@code /debug/pprof/}
 * @param extensiveMetrics add histograms of handling times
 * @param keepaliveMinTime clients that ping more often are sent away
 * @param keepaliveInterval silence after which the server pings, zero for never
 * @param keepaliveTimeout time for the answer to a ping
 * @param reusePort set SO_REUSEPORT on listeners
 * @param reuseAddress set SO_REUSEADDR on listeners
 */
public record HttpSettings(
        List<String> cors,
        List<String> hostWhitelist,
        boolean enableGateway,
        boolean enableV2,
        boolean enablePprof,
        boolean extensiveMetrics,
        Duration keepaliveMinTime,
        Duration keepaliveInterval,
        Duration keepaliveTimeout,
        boolean reusePort,
        boolean reuseAddress) {

    public HttpSettings {
        cors = List.copyOf(cors);
        hostWhitelist = List.copyOf(hostWhitelist);
    }

    public static HttpSettings defaults() {
        return new HttpSettings(
                List.of("*"),
                List.of("*"),
                true,
                true,
                false,
                false,
                Duration.ofSeconds(5),
                Duration.ofHours(2),
                Duration.ofSeconds(20),
                false,
                false);
    }
}
