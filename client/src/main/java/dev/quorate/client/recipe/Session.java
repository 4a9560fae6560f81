package dev.quorate.client.recipe;

import dev.quorate.client.Client;
import dev.quorate.client.LeaseKeeper;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A lease that is kept alive while this object is open: what its owner holds. Safe for use by any thread. */
public final class Session implements AutoCloseable {
    private static final Duration REVOKE_LIMIT = Duration.ofSeconds(5);

    private final Client client;
    private final long lease;
    private final LeaseKeeper keeper;
    private final CompletableFuture<@Nullable RpcException> ended = new CompletableFuture<>();

    private Session(Client client, long lease) {
        this.client = client;
        this.lease = lease;
        this.keeper =
                client.leases()
                        .keepAlive(
                                lease,
                                new LeaseKeeper.Listener() {
                                    @Override
                                    public void renewed(LeaseKeepAliveResponse answer) {
                                        // Nothing to do: it lives.
                                    }

                                    @Override
                                    public void ended(
                                            @Nullable LeaseKeepAliveResponse last,
                                            @Nullable RpcException failure) {
                                        ended.complete(failure);
                                    }
                                });
    }

    /**
     * Opens a session.
     *
     * @param seconds how long everything is still held after its owner fell silent
     */
    public static Session open(Client client, long seconds) {
        return new Session(client, client.leases().grant(seconds).getID());
    }

    /** The client whose lease this is. */
    public Client client() {
        return client;
    }

    /** The id of the lease. */
    public long lease() {
        return lease;
    }

    /** Completes when the lease is lost or this session is closed; with a refusal of the cluster, if that is why. */
    public CompletableFuture<@Nullable RpcException> ended() {
        return ended.copy();
    }

    /** Stops keeping the lease alive, and leaves it to run out by itself. */
    public void orphan() {
        keeper.close();
        ended.complete(null);
    }

    /** Ends the lease, and with it everything that was held by it. */
    @Override
    public void close() {
        orphan();
        try {
            client.leases().within(REVOKE_LIMIT).revoke(lease);
        } catch (RpcException e) {
            return; // it runs out by itself
        }
    }
}
