package dev.quorate.client.rpc;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Channel} connects and what it accepts.
 *
 * @param endpoints where to find members; at least one
 * @param dialTimeout how long one attempt to connect may take
 * @param keepaliveTime after how long a silence a member is asked whether it is there, while calls are open; at least
 *     {@link #KEEPALIVE_MIN}, since servers end connections that ask more often; zero for never
 * @param keepaliveTimeout how long its answer may take
 * @param sendBytesMax the largest request
 * @param receiveBytesMax the largest response
 * @param tls for endpoints with TLS, or null for what the JDK trusts
 * @param seed spreads clients over endpoints and their retries over time; the same seed makes the same choices
 * @param observer hears of failed attempts
 */
public record ChannelConfig(
        List<Endpoint> endpoints,
        Duration dialTimeout,
        Duration keepaliveTime,
        Duration keepaliveTimeout,
        int sendBytesMax,
        int receiveBytesMax,
        @Nullable TlsSettings tls,
        long seed,
        Observer observer) {

    /** The shortest keepalive time: gRPC's rule, whatever is asked for. */
    public static final Duration KEEPALIVE_MIN = Duration.ofSeconds(10);

    /** Hears of attempts that failed, on the calling thread, before the call is repeated or given up. */
    @FunctionalInterface
    public interface Observer {
        /** Hears nothing. */
        Observer NONE = (_, _, _, _, _) -> {};

        /**
         * An attempt failed.
         *
         * @param target the channel's first endpoint
         * @param method the path of the method
         * @param attempt from 0
         * @param peer whom it went to, or null if no member could be reached
         */
        void failed(
                Endpoint target,
                String method,
                int attempt,
                @Nullable Peer peer,
                RpcException failure);
    }

    /** The two ends of a connection. */
    public record Peer(String remote, String local, boolean secure) {}
}
