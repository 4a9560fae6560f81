package dev.quorate.api.peer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How members are reached.
 *
 * @param tls for addresses that begin with {@code https}
 * @param version of etcd that this member claims
 * @param dialTimeout for a connection to come about
 * @param readTimeout silence after which a stream is given up
 */
public record PeerSettings(
        @Nullable PeerTls tls, String version, Duration dialTimeout, Duration readTimeout) {}
