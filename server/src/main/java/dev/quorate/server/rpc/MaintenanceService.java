package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DefragmentResponse;
import dev.quorate.proto.etcdserverpb.DowngradeInfo;
import dev.quorate.proto.etcdserverpb.DowngradeRequest;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.HashRequest;
import dev.quorate.proto.etcdserverpb.HashResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.SnapshotRequest;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.server.Versions;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.storage.engine.Backend;
import dev.quorate.store.StateMachine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/** {@code etcdserverpb.Maintenance}: what operators ask of one member. */
final class MaintenanceService {
    private static final String NAME = "etcdserverpb.Maintenance";
    private static final Log LOG = Log.of(MaintenanceService.class);

    private final Door door;
    private final StateMachine machine;
    private final Backend backend;
    private final Executor guests;
    private final DowngradeService downgrades;
    private final LeaderMover leaderMover;
    private final long memberId;
    private final long quotaBytes;

    MaintenanceService(
            Door door,
            StateMachine machine,
            Backend backend,
            Executor guests,
            DowngradeService downgrades,
            LeaderMover leaderMover,
            long memberId,
            long quotaBytes) {
        this.door = door;
        this.machine = machine;
        this.backend = backend;
        this.guests = guests;
        this.downgrades = downgrades;
        this.leaderMover = leaderMover;
        this.memberId = memberId;
        this.quotaBytes = quotaBytes;
    }

    List<Rpc> rpcs() {
        return List.of(
                unary(
                        "Alarm",
                        AlarmRequest.getDefaultInstance(),
                        AlarmResponse.getDefaultInstance(),
                        this::alarm),
                unary(
                        "Status",
                        StatusRequest.getDefaultInstance(),
                        StatusResponse.getDefaultInstance(),
                        this::status),
                unary(
                        "Defragment",
                        DefragmentRequest.getDefaultInstance(),
                        DefragmentResponse.getDefaultInstance(),
                        this::defragment),
                unary(
                        "Hash",
                        HashRequest.getDefaultInstance(),
                        HashResponse.getDefaultInstance(),
                        this::hash),
                unary(
                        "HashKV",
                        HashKVRequest.getDefaultInstance(),
                        HashKVResponse.getDefaultInstance(),
                        this::hashKv),
                unary(
                        "MoveLeader",
                        MoveLeaderRequest.getDefaultInstance(),
                        MoveLeaderResponse.getDefaultInstance(),
                        leaderMover::move),
                unary(
                        "Downgrade",
                        DowngradeRequest.getDefaultInstance(),
                        DowngradeResponse.getDefaultInstance(),
                        downgrades::downgrade),
                new Rpc.ServerStream<>(
                        NAME,
                        "Snapshot",
                        SnapshotRequest.getDefaultInstance(),
                        SnapshotResponse.getDefaultInstance(),
                        this::snapshot));
    }

    private static <Q extends MessageLite> Rpc unary(
            String method, Q request, MessageLite response, Rpc.UnaryHandler<Q> handler) {
        return new Rpc.Unary<>(NAME, method, request, response, handler);
    }

    /** Listing goes through the log too, as in etcd, so that it sees what others have just raised. */
    private void alarm(Call call, AlarmRequest request, Reply reply) {
        try {
            if (request.getAction() == AlarmRequest.AlarmAction.GET) {
                door.gate().requireUser(call);
            } else {
                door.gate().requireAdmin(call);
            }
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.propose(call, InternalRaftRequest.newBuilder().setAlarm(request), reply);
    }

    private void status(Call call, StatusRequest request, Reply reply) {
        try {
            door.gate().requireUser(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        var leadership = door.node().leadership();
        var response =
                StatusResponse.newBuilder()
                        .setVersion(Versions.SERVER)
                        .setStorageVersion(machine.membership().storageVersion())
                        .setDbSize(backend.engine().sizeBytes())
                        .setDbSizeInUse(backend.engine().usedBytes())
                        .setDbSizeQuota(quotaBytes)
                        .setLeader(leadership.leader())
                        .setRaftIndex(door.node().committedIndex())
                        .setRaftAppliedIndex(door.node().appliedIndex())
                        .setRaftTerm(leadership.term())
                        .setIsLearner(door.node().members().learners().contains(memberId))
                        .setDowngradeInfo(downgradeInfo());
        if (leadership.leader() == 0) {
            response.addErrors(EtcdError.NO_LEADER.text());
        }
        for (AlarmMember alarm : machine.alarms().list(AlarmType.NONE)) {
            response.addErrors(
                    "memberID:"
                            + Long.toUnsignedString(alarm.getMemberID())
                            + " alarm:"
                            + alarm.getAlarm().name());
        }
        reply.succeed(new HeadedPayload(door.currentHeader(), response.build()));
    }

    private DowngradeInfo downgradeInfo() {
        return machine.membership().downgrade();
    }

    /** Nothing to do: the engine reuses its free pages, and a snapshot is always compact. */
    private void defragment(Call call, DefragmentRequest request, Reply reply) {
        try {
            door.gate().requireAdmin(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        LOG.info("starting defragmentation");
        LOG.info(
                "finished defragmenting directory",
                "note",
                "the engine reuses free pages by itself",
                "current-db-size-bytes",
                backend.engine().sizeBytes());
        // Without a header, in etcd too; a snapshot's pieces are the only other answers that lack
        // it.
        reply.succeed(Payload.of(DefragmentResponse.getDefaultInstance()));
    }

    /** The whole database but for what differs between members with the same state; everything applied so far is in it. */
    private void hash(Call call, HashRequest request, Reply reply) {
        door.node()
                .afterCommit(() ->
                        adminGuest(
                                call,
                                reply,
                                () ->
                                        reply.succeed(
                                                new HeadedPayload(
                                                        door.currentHeader(),
                                                        HashResponse.newBuilder()
                                                                .setHash(
                                                                        (int)
                                                                                machine
                                                                                        .databaseHash())
                                                                .build()))));
    }

    private void hashKv(Call call, HashKVRequest request, Reply reply) {
        adminGuest(
                call,
                reply,
                () -> {
                    var hash = machine.keyValues().hash(request.getRevision());
                    reply.succeed(
                            new HeadedPayload(
                                    door.currentHeader(),
                                    HashKVResponse.newBuilder()
                                            .setHash((int) hash.hash())
                                            .setCompactRevision(hash.compactRevision())
                                            .setHashRevision(hash.revision())
                                            .build()));
                });
    }

    /** Work of a guest that may be refused. */
    private interface Work {
        void run() throws StatusException, IOException;
    }

    private void adminGuest(Call call, Reply reply, Work work) {
        try {
            door.gate().requireAdmin(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        guests.execute(() -> {
            try {
                work.run();
            } catch (StatusException refusal) {
                reply.fail(refusal);
            } catch (IOException | RuntimeException e) {
                reply.fail(new StatusException(Code.UNKNOWN, String.valueOf(e.getMessage())));
            }
        });
    }

    /** Everything applied before the call is in the snapshot: it is taken after a commit. */
    private void snapshot(Call call, SnapshotRequest request, Outlet outlet) {
        try {
            door.gate().requireAdmin(call);
        } catch (StatusException refusal) {
            outlet.fail(refusal);
            return;
        }
        door.node()
                .afterCommit(() -> {
                    var view = backend.snapshotView();
                    guests.execute(() ->
                            new SnapshotStream(
                                            machine.membership().storageVersion(),
                                            door.patient(call, outlet))
                                    .send(view, outlet));
                });
    }
}
