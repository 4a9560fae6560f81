package dev.quorate.client;

import dev.quorate.client.rpc.Channel;
import dev.quorate.client.rpc.ChannelConfig;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.TokenSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of one cluster.
 *
 * <pre>{@code
 * try (Client client = Client.connect(ClientConfig.of("127.0.0.1:2379"))) {
 *     client.kv().put("greeting", "hello");
 * }
 * }</pre>
 *
 * <p>Connects to members when there is something to say, goes round those that can be reached, and leaves those that cannot. Safe for use by
 * any thread; one client per cluster and program is enough.
 */
public final class Client implements AutoCloseable {
    private final ClientConfig config;
    private final TokenSource tokens;
    private final @Nullable Channel loginChannel;
    private final Channel channel;
    private final boolean ownsLogin;

    private Client(
            ClientConfig config,
            List<String> endpoints,
            TokenSource tokens,
            @Nullable Channel loginChannel,
            boolean ownsLogin) {
        this.config = config;
        this.tokens = tokens;
        this.loginChannel = loginChannel;
        this.ownsLogin = ownsLogin;
        this.channel = new Channel(config.channel(endpoints), tokens);
    }

    /**
     * A client for a cluster. Where the configuration names a user, it is logged in before this method returns.
     *
     * @throws RpcException if the login is refused, or no member answers it within the dial timeout
     */
    public static Client connect(ClientConfig config) {
        if (!config.fixedToken().isEmpty()) {
            return new Client(config, config.endpoints(), fixed(config.fixedToken()), null, false);
        }
        if (config.user().isEmpty()) {
            return new Client(config, config.endpoints(), TokenSource.NONE, null, false);
        }
        ChannelConfig channel = config.channel(config.endpoints());
        Channel plain = new Channel(channel, TokenSource.NONE);
        Login login = new Login(plain, config.user(), config.password());
        try {
            login.first(
                    config.dialTimeout().isZero()
                            ? Deadline.never()
                            : Deadline.in(config.dialTimeout()));
        } catch (RpcException e) {
            plain.close();
            throw e;
        }
        return new Client(config, config.endpoints(), login, plain, true);
    }

    private static TokenSource fixed(String token) {
        return new TokenSource() {
            @Override
            public String token() {
                return token;
            }

            @Override
            public boolean renew(String refused, Deadline deadline) {
                return false;
            }
        };
    }

    /** A client with the same user for other endpoints, such as one member alone. Close it by itself, and before this one. */
    public Client at(List<String> endpoints) {
        return new Client(config, endpoints, tokens, loginChannel, false);
    }

    /** The endpoints that this client was made for. */
    public List<String> endpoints() {
        return channel.config().endpoints().stream().map(endpoint -> endpoint.text()).toList();
    }

    private Stub stub(boolean requireLeader) {
        return new Stub(channel, config.requestTimeout(), requireLeader);
    }

    /** Reading and writing keys. */
    public Kv kv() {
        return new Kv(stub(false));
    }

    /** Leases and keeping them alive. */
    public Leases leases() {
        return new Leases(stub(false));
    }

    /** Watching keys. */
    public Watches watches() {
        return new Watches(stub(false));
    }

    /** The members of the cluster. */
    public Cluster cluster() {
        return new Cluster(stub(false));
    }

    /** The care of members. */
    public Maintenance maintenance() {
        return new Maintenance(stub(false));
    }

    /** Users and roles. */
    public Auth auth() {
        return new Auth(stub(false));
    }

    /** Ends every connection. Calls under way fail. */
    @Override
    public void close() {
        channel.close();
        if (ownsLogin && loginChannel != null) {
            loginChannel.close();
        }
    }

    /** How long a request may take where nothing else is said; zero for as long as it takes. */
    Duration requestTimeout() {
        return config.requestTimeout();
    }
}
