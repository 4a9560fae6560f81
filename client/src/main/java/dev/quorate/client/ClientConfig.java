package dev.quorate.client;

import dev.quorate.client.rpc.ChannelConfig;
import dev.quorate.client.rpc.Endpoint;
import dev.quorate.client.rpc.TlsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a {@link Client} reaches a cluster. Begin with {@link #of} and change what differs; instances never change. */
public final class ClientConfig {
    /** What etcd's own clients send at most. */
    public static final int SEND_BYTES_MAX = 2 << 20;

    private final Builder values;

    private ClientConfig(Builder values) {
        this.values = new Builder(values);
    }

    /** A configuration for these endpoints, {@code host:port} or with a scheme; see {@link Endpoint#parse}. */
    public static ClientConfig of(String... endpoints) {
        return builder(List.of(endpoints)).build();
    }

    /** Begins a configuration. */
    public static Builder builder(List<String> endpoints) {
        return new Builder(endpoints);
    }

    List<String> endpoints() {
        return values.endpoints;
    }

    String user() {
        return values.user;
    }

    String password() {
        return values.password;
    }

    String fixedToken() {
        return values.token;
    }

    Duration requestTimeout() {
        return values.requestTimeout;
    }

    Duration dialTimeout() {
        return values.dialTimeout;
    }

    ChannelConfig channel(List<String> endpoints) {
        List<Endpoint> parsed = new ArrayList<>();
        for (String endpoint : endpoints) {
            parsed.add(Endpoint.parse(endpoint));
        }
        return new ChannelConfig(
                List.copyOf(parsed),
                values.dialTimeout,
                values.keepaliveTime,
                values.keepaliveTimeout,
                values.sendBytesMax,
                values.receiveBytesMax,
                values.tls,
                values.seed == null ? System.nanoTime() : values.seed,
                values.observer);
    }

    /** A configuration in the making. */
    public static final class Builder {
        private final List<String> endpoints;
        private String user = "";
        private String password = "";
        private String token = "";
        private Duration requestTimeout = Duration.ZERO;
        private Duration dialTimeout = Duration.ofSeconds(2);
        private Duration keepaliveTime = Duration.ofSeconds(10);
        private Duration keepaliveTimeout = Duration.ofSeconds(6);
        private int sendBytesMax = SEND_BYTES_MAX;
        private int receiveBytesMax = Integer.MAX_VALUE;
        private @Nullable TlsSettings tls;
        private @Nullable Long seed;
        private ChannelConfig.Observer observer = ChannelConfig.Observer.NONE;

        private Builder(List<String> endpoints) {
            this.endpoints = List.copyOf(endpoints);
        }

        private Builder(Builder from) {
            this.endpoints = from.endpoints;
            this.user = from.user;
            this.password = from.password;
            this.token = from.token;
            this.requestTimeout = from.requestTimeout;
            this.dialTimeout = from.dialTimeout;
            this.keepaliveTime = from.keepaliveTime;
            this.keepaliveTimeout = from.keepaliveTimeout;
            this.sendBytesMax = from.sendBytesMax;
            this.receiveBytesMax = from.receiveBytesMax;
            this.tls = from.tls;
            this.seed = from.seed;
            this.observer = from.observer;
        }

        /** Who logs in, and with what. The token is got again when members no longer take it. */
        public Builder user(String name, String secret) {
            this.user = name;
            this.password = secret;
            return this;
        }

        /** A token from elsewhere, a JWT for example, sent with every call in place of a login. */
        public Builder token(String fixed) {
            this.token = fixed;
            return this;
        }

        /** How long a request may take where nothing else is said; zero (the default) for as long as it takes. */
        public Builder requestTimeout(Duration timeout) {
            this.requestTimeout = timeout;
            return this;
        }

        /** How long one attempt to connect, and a login, may take; 2 s by default. */
        public Builder dialTimeout(Duration timeout) {
            this.dialTimeout = timeout;
            return this;
        }

        /** When to ask a silent member whether it is there, and how long to wait; 10 s and 6 s by default, and never more often than that. */
        public Builder keepalive(Duration time, Duration timeout) {
            this.keepaliveTime = time;
            this.keepaliveTimeout = timeout;
            return this;
        }

        /** The largest request that is sent, in bytes; 2 MiB by default, as with etcd's clients. */
        public Builder sendBytesMax(int bytes) {
            this.sendBytesMax = bytes;
            return this;
        }

        /** The largest response that is taken, in bytes; 2 GiB by default. */
        public Builder receiveBytesMax(int bytes) {
            this.receiveBytesMax = bytes;
            return this;
        }

        /** TLS for endpoints with {@code https} or without a scheme. */
        public Builder tls(TlsSettings settings) {
            this.tls = settings;
            return this;
        }

        /** Makes the choice of members and the waits between attempts the same in every run. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Hears of attempts that failed. */
        public Builder observer(ChannelConfig.Observer listener) {
            this.observer = listener;
            return this;
        }

        public ClientConfig build() {
            return new ClientConfig(this);
        }
    }
}
