package dev.quorate.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.LeaseCheckpoint;
import dev.quorate.proto.etcdserverpb.LeaseCheckpointRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.lease.Leases;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** {@code etcdserverpb.Lease}: keys that live as long as somebody keeps them alive. */
final class LeaseService {
    private static final String NAME = "etcdserverpb.Lease";
    private static final long UNKNOWN_TTL = -1;
    private static final long EXPIRED_TTL = 0;

    private final Door door;
    private final Leases leases;
    private final Quota quota;
    private final LongSupplier nanoClock;
    private final RandomGenerator random;

    /** @param random chooses ids; must be safe for several threads */
    LeaseService(
            Door door, Leases leases, Quota quota, LongSupplier nanoClock, RandomGenerator random) {
        this.door = door;
        this.leases = leases;
        this.quota = quota;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    List<Rpc> rpcs() {
        return List.of(
                new Rpc.Unary<>(
                        NAME,
                        "LeaseGrant",
                        LeaseGrantRequest.getDefaultInstance(),
                        LeaseGrantResponse.getDefaultInstance(),
                        this::grant),
                new Rpc.Unary<>(
                        NAME,
                        "LeaseRevoke",
                        LeaseRevokeRequest.getDefaultInstance(),
                        LeaseRevokeResponse.getDefaultInstance(),
                        this::revoke),
                new Rpc.BidiStream<>(
                        NAME,
                        "LeaseKeepAlive",
                        LeaseKeepAliveRequest.getDefaultInstance(),
                        LeaseKeepAliveResponse.getDefaultInstance(),
                        this::keepAlive),
                new Rpc.Unary<>(
                        NAME,
                        "LeaseTimeToLive",
                        LeaseTimeToLiveRequest.getDefaultInstance(),
                        LeaseTimeToLiveResponse.getDefaultInstance(),
                        this::timeToLive),
                new Rpc.Unary<>(
                        NAME,
                        "LeaseLeases",
                        LeaseLeasesRequest.getDefaultInstance(),
                        LeaseLeasesResponse.getDefaultInstance(),
                        this::list));
    }

    void grant(Call call, LeaseGrantRequest request, Reply reply) {
        try {
            quota.check(Quota.LEASE_BYTES);
            door.gate().requireUser(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        LeaseGrantRequest named =
                request.getID() == 0 ? request.toBuilder().setID(randomId()).build() : request;
        door.propose(call, InternalRaftRequest.newBuilder().setLeaseGrant(named), reply);
    }

    private long randomId() {
        long id = random.nextLong() & Long.MAX_VALUE;
        return id == 0 ? 1 : id;
    }

    private void revoke(Call call, LeaseRevokeRequest request, Reply reply) {
        try {
            door.gate().requireUser(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.propose(call, InternalRaftRequest.newBuilder().setLeaseRevoke(request), reply);
    }

    private Inlet<LeaseKeepAliveRequest> keepAlive(Call call, Outlet outlet) {
        return new Inlet<>() {
            @Override
            public void next(LeaseKeepAliveRequest request) {
                renew(call, request.getID(), outlet);
            }

            @Override
            public void halfClosed() {
                outlet.finish();
            }

            @Override
            public void cancelled() {}
        };
    }

    /** A lease that does not exist (any more) is answered with a time of zero, not with an error. */
    private void renew(Call call, long id, Outlet outlet) {
        byte[] header = door.currentHeader();
        try {
            door.requireLeader(call);
            door.requireVoter();
            door.gate().keepAlive(call, id);
            if (leases.renewNeedsCheckpoint(id)) {
                forgetCheckpoint(id);
            }
            answer(outlet, header, id, leases.renew(id, nanoClock.getAsLong()));
        } catch (StatusException refusal) {
            if (refusal == EtcdError.LEASE_NOT_FOUND.exception()) {
                answer(outlet, header, id, EXPIRED_TTL);
            } else {
                outlet.fail(refusal);
            }
        }
    }

    private static void answer(Outlet outlet, byte[] header, long id, long ttlSeconds) {
        outlet.send(
                new HeadedPayload(
                        header,
                        LeaseKeepAliveResponse.newBuilder().setID(id).setTTL(ttlSeconds).build()));
    }

    /** A renewed lease has its full time again, so an older checkpoint must not shorten it. */
    private void forgetCheckpoint(long id) {
        door.node()
                .proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setLeaseCheckpoint(
                                        LeaseCheckpointRequest.newBuilder()
                                                .addCheckpoints(
                                                        LeaseCheckpoint.newBuilder().setID(id))),
                        _ -> {});
    }

    private void timeToLive(Call call, LeaseTimeToLiveRequest request, Reply reply) {
        door.whenReadable(
                call,
                false,
                reply,
                () -> {
                    try {
                        door.gate().timeToLive(call, request.getID(), request.getKeys());
                        reply.succeed(new HeadedPayload(door.currentHeader(), describe(request)));
                    } catch (StatusException refusal) {
                        reply.fail(refusal);
                    }
                });
    }

    private LeaseTimeToLiveResponse describe(LeaseTimeToLiveRequest request) {
        var response = LeaseTimeToLiveResponse.newBuilder().setID(request.getID());
        Leases.TimeLeft info = leases.timeToLive(request.getID(), nanoClock.getAsLong());
        if (info == null) {
            return response.setTTL(UNKNOWN_TTL).build();
        }
        response.setTTL(info.remainingSeconds()).setGrantedTTL(info.grantedTtlSeconds());
        if (request.getKeys()) {
            for (byte[] key : info.keys()) {
                response.addKeys(UnsafeByteOperations.unsafeWrap(key));
            }
        }
        return response.build();
    }

    private void list(Call call, LeaseLeasesRequest request, Reply reply) {
        door.whenReadable(
                call,
                false,
                reply,
                () -> {
                    try {
                        door.gate().listLeases(call);
                        var response = LeaseLeasesResponse.newBuilder();
                        for (long id : leases.list()) {
                            response.addLeases(LeaseStatus.newBuilder().setID(id));
                        }
                        reply.succeed(new HeadedPayload(door.currentHeader(), response.build()));
                    } catch (StatusException refusal) {
                        reply.fail(refusal);
                    }
                });
    }
}
