package dev.quorate.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one port answers.
 *
 * @param host the address to bind, for example {@code 127.0.0.1}, or the path of a socket file
 * @param port 0 lets the system choose; {@link #SOCKET_FILE} for a socket file
 * @param traffic what the port offers
 * @param tls null for plain text
 * @param eventLoops how many event loops share the port's connections
 * @param maxConcurrentStreams the limit of open calls per connection that clients are told; etcd's default is 2^32 - 1
 * @param hostWhitelist names that plain HTTP requests may address; empty means all
 * @param corsOrigins origins of web pages that may read answers; empty means all
 */
public record ListenerConfig(
        String host,
        int port,
        Traffic traffic,
        @Nullable TlsConfig tls,
        int eventLoops,
        long maxConcurrentStreams,
        List<String> hostWhitelist,
        List<String> corsOrigins) {
    /** etcd's default of {@code --max-concurrent-streams}. */
    public static final long UNLIMITED_STREAMS = (1L << 32) - 1;

    /** Stands for the port of a socket file, which has none. */
    public static final int SOCKET_FILE = Integer.MIN_VALUE;

    /** What a port offers. */
    public enum Traffic {
        /** gRPC and everything over HTTP. */
        ALL,
        /** gRPC alone, where {@code --listen-client-http-urls} moves HTTP elsewhere. */
        GRPC,
        /** HTTP alone. */
        HTTP,
        /** Metrics and health alone, for {@code --listen-metrics-urls}. */
        METRICS
    }

    public ListenerConfig {
        hostWhitelist = List.copyOf(hostWhitelist);
        corsOrigins = List.copyOf(corsOrigins);
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops " + eventLoops);
        }
    }

    /** Plain text with etcd's defaults on as many event loops as there are processors. */
    public static ListenerConfig plain(String host, int port) {
        return new ListenerConfig(
                host,
                port,
                Traffic.ALL,
                null,
                Runtime.getRuntime().availableProcessors(),
                UNLIMITED_STREAMS,
                List.of(),
                List.of());
    }

    /** Whether this is a socket file of the Unix domain. */
    boolean isSocketFile() {
        return port == SOCKET_FILE;
    }

    public ListenerConfig with(Traffic other) {
        return new ListenerConfig(
                host,
                port,
                other,
                tls,
                eventLoops,
                maxConcurrentStreams,
                hostWhitelist,
                corsOrigins);
    }

    public ListenerConfig with(@Nullable TlsConfig other) {
        return new ListenerConfig(
                host,
                port,
                traffic,
                other,
                eventLoops,
                maxConcurrentStreams,
                hostWhitelist,
                corsOrigins);
    }

    ListenerConfig withPort(int other) {
        return new ListenerConfig(
                host,
                other,
                traffic,
                tls,
                eventLoops,
                maxConcurrentStreams,
                hostWhitelist,
                corsOrigins);
    }
}
