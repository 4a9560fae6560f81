package dev.quorate.client;

import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;

/**
 * Leases: keys that are attached to one are deleted when it ends.
 */
public final class Leases {
    private static final String PATH = "/etcdserverpb.Lease/";
    private static final Method<LeaseGrantRequest, LeaseGrantResponse> GRANT =
            new Method<>(PATH + "LeaseGrant", LeaseGrantResponse.parser(), true);
    private static final Method<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE =
            new Method<>(PATH + "LeaseRevoke", LeaseRevokeResponse.parser(), true);
    private static final Method<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TIME_TO_LIVE =
            new Method<>(PATH + "LeaseTimeToLive", LeaseTimeToLiveResponse.parser(), true);
    private static final Method<LeaseLeasesRequest, LeaseLeasesResponse> LIST =
            new Method<>(PATH + "LeaseLeases", LeaseLeasesResponse.parser(), true);

    private static final Method<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE =
            new Method<>(PATH + "LeaseKeepAlive", LeaseKeepAliveResponse.parser(), true);

    private final Stub stub;

    Leases(Stub stub) {
        this.stub = stub;
    }

    /** The same, with another time limit for each request; zero for none. */
    public Leases within(Duration timeout) {
        return new Leases(stub.within(timeout));
    }

    /** Makes a lease. Asked twice it may make two, of which one ends unused: so does etcd's client. */
    public LeaseGrantResponse grant(LeaseGrantRequest request) {
        return stub.call(GRANT, request);
    }

    /** Ends a lease and deletes its keys. */
    public LeaseRevokeResponse revoke(LeaseRevokeRequest request) {
        return stub.call(REVOKE, request);
    }

    /** How long a lease has left: -1 if there is none. */
    public LeaseTimeToLiveResponse timeToLive(LeaseTimeToLiveRequest request) {
        return stub.call(TIME_TO_LIVE, request);
    }

    /** All leases that have not ended. */
    public LeaseLeasesResponse list(LeaseLeasesRequest request) {
        return stub.call(LIST, request);
    }

    /** Makes a lease for at least that many seconds. */
    public LeaseGrantResponse grant(long seconds) {
        return grant(LeaseGrantRequest.newBuilder().setTTL(seconds).build());
    }

    /** Ends a lease. */
    public LeaseRevokeResponse revoke(long id) {
        return revoke(LeaseRevokeRequest.newBuilder().setID(id).build());
    }

    /**
     * Renews a lease once.
     *
     * @throws RpcException {@code requested lease not found} if there is none
     */
    public LeaseKeepAliveResponse keepAliveOnce(long id) {
        Deadline deadline = stub.deadline();
        while (true) {
            try (var stream = keepAliveStream(deadline)) {
                stream.send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
                LeaseKeepAliveResponse answer = stream.next(deadline);
                if (answer != null && answer.getTTL() <= 0) {
                    throw notFound();
                }
                if (answer != null) {
                    return answer;
                }
            } catch (RpcException e) {
                if (e.code() != Code.UNAVAILABLE || deadline.isOver()) {
                    throw e;
                }
                stub.channel().pause(deadline);
            }
        }
    }

    private static RpcException notFound() {
        String text = EtcdError.LEASE_NOT_FOUND.text();
        return new RpcException(
                EtcdError.LEASE_NOT_FOUND.code(), text, text, RpcException.Fate.ANSWERED);
    }

    StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> keepAliveStream(Deadline deadline) {
        return stub.channel().stream(KEEP_ALIVE, deadline, stub.requireLeader());
    }

    /** Keeps a lease alive until the keeper is closed or the lease has ended. */
    public LeaseKeeper keepAlive(long id, LeaseKeeper.Listener listener) {
        return new LeaseKeeper(this, id, listener);
    }
}
