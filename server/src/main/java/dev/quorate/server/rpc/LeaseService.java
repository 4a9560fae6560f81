package dev.quorate.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
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
import dev.quorate.proto.leasepb.LeaseInternalRequest;
import dev.quorate.proto.leasepb.LeaseInternalResponse;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.lease.Leases;
import java.util.List;
import java.util.function.LongSupplier;

/** {@code etcdserverpb.Lease}: keys that live as long as somebody keeps them alive. */
final class LeaseService {
    private static final String NAME = "etcdserverpb.Lease";
    private static final long UNKNOWN_TTL = -1;
    private static final int NOT_FOUND = 404;

    private final Door door;
    private final Leases leases;
    private final Quota quota;
    private final LongSupplier nanoClock;
    private final LongSupplier ids;
    private final LeaderCalls leader;
    private final Renewals renewals;
    private final KeepAlives keepAlives;

    /** @param ids chooses ids of leases, unique in the cluster; must be safe for several threads */
    LeaseService(
            Door door,
            Leases leases,
            Quota quota,
            LongSupplier nanoClock,
            LongSupplier ids,
            LeaderCalls leader) {
        this.leader = leader;
        this.door = door;
        this.leases = leases;
        this.quota = quota;
        this.nanoClock = nanoClock;
        this.ids = ids;
        this.renewals = new Renewals(door.node(), leases, leader, nanoClock);
        this.keepAlives = new KeepAlives(door, renewals);
    }

    /** For other members, whose clients keep leases alive there. */
    Renewals renewals() {
        return renewals;
    }

    /** Ends the streams that asked for a leader. */
    void leaderLost() {
        keepAlives.leaderLost();
        door.leaderLost();
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
                        keepAlives::open),
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
                request.getID() == 0 ? request.toBuilder().setID(nextId()).build() : request;
        door.propose(call, InternalRaftRequest.newBuilder().setLeaseGrant(named), reply);
    }

    private long nextId() {
        long id = ids.getAsLong() & Long.MAX_VALUE;
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

    /** Only the leader's clock runs, so it is asked. */
    private void timeToLive(Call call, LeaseTimeToLiveRequest request, Reply reply) {
        door.whenReadable(
                call,
                false,
                reply,
                () -> {
                    try {
                        door.gate().timeToLive(call, request.getID(), request.getKeys());
                    } catch (StatusException refusal) {
                        reply.fail(refusal);
                        return;
                    }
                    if (leases.isPromoted()) {
                        reply.succeed(new HeadedPayload(door.currentHeader(), describe(request)));
                    } else {
                        describeThere(request, reply);
                    }
                });
    }

    private void describeThere(LeaseTimeToLiveRequest request, Reply reply) {
        byte[] question =
                LeaseInternalRequest.newBuilder()
                        .setLeaseTimeToLiveRequest(request)
                        .build()
                        .toByteArray();
        leader.ask(
                PeerRequest.post("/leases/internal", question),
                new LeaderCalls.Reaction() {
                    @Override
                    public void leads(Runnable again) {
                        if (leases.isPromoted()) {
                            reply.succeed(
                                    new HeadedPayload(door.currentHeader(), describe(request)));
                        } else {
                            again.run();
                        }
                    }

                    @Override
                    public boolean answered(PeerResponse response) {
                        if (response.status() == NOT_FOUND) {
                            reply.succeed(
                                    new HeadedPayload(
                                            door.currentHeader(),
                                            LeaseTimeToLiveResponse.newBuilder()
                                                    .setID(request.getID())
                                                    .setTTL(UNKNOWN_TTL)
                                                    .build()));
                            return true;
                        }
                        if (!response.isOk()) {
                            return false;
                        }
                        try {
                            LeaseTimeToLiveResponse answer =
                                    LeaseInternalResponse.parseFrom(response.body())
                                            .getLeaseTimeToLiveResponse();
                            reply.succeed(
                                    new HeadedPayload(
                                            door.currentHeader(),
                                            answer.toBuilder().clearHeader().build()));
                            return true;
                        } catch (InvalidProtocolBufferException _) {
                            return false;
                        }
                    }

                    @Override
                    public void late() {
                        reply.fail(EtcdError.TIMEOUT.exception());
                    }
                });
    }

    LeaseTimeToLiveResponse describe(LeaseTimeToLiveRequest request) {
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
