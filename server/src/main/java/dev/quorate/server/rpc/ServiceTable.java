package dev.quorate.server.rpc;

import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.EtcdServer;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.concurrency.ElectionService;
import dev.quorate.server.concurrency.LockService;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.member.Reconfiguration;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.node.Node;
import dev.quorate.server.node.RequestIds;
import dev.quorate.server.service.Header;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.watch.WatchHub;
import dev.quorate.server.watch.WatchService;
import dev.quorate.store.member.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Puts the services of a member together. */
public final class ServiceTable {
    /** What gRPC adds to the largest request: etcd's allowance for framing and metadata. */
    private static final int OVERHEAD_BYTES = 512 * 1024;

    private ServiceTable() {}

    /**
     * Builds every service of a member.
     *
     * @param later runs something after so many nanoseconds
     */
    public static MemberServices of(
            ServerConfig config,
            EtcdServer.World world,
            Boot.Opened opened,
            Node node,
            WatchHub hub,
            Reconfiguration reconfiguration,
            ServerMetrics metrics,
            BiConsumer<Long, Runnable> later) {
        LongSupplier nanoClock = world.nanoClock();
        RandomGenerator secrets = world.secrets();
        Executor guests = world.guests();
        var machine = opened.machine();
        var backend = opened.backend();
        var header =
                new Header(opened.clusterId(), opened.memberId(), () -> node.leadership().term());
        Runnable raiseNoSpace = () -> raiseNoSpace(node, opened.memberId());
        Gate gate = new Gate(machine.auth(), machine.leases(), nanoClock);
        Door door =
                new Door(
                        node,
                        opened.memberId(),
                        header,
                        gate,
                        machine.keyValues()::currentRevision,
                        raiseNoSpace);
        Quota quota =
                new Quota(
                        config.storage().quotaBytes(),
                        () -> backend.engine().usedBytes() + backend.pendingBytes(),
                        raiseNoSpace);
        int streamBytes = config.limits().maxRequestBytes() + OVERHEAD_BYTES;
        KvService keyValues =
                new KvService(
                        door,
                        machine.keyValues(),
                        quota,
                        guests,
                        config.limits().maxTxnOps(),
                        streamBytes);
        LeaderCalls leader =
                new LeaderCalls(
                        node,
                        world.transport(),
                        nanoClock,
                        later::accept,
                        config.raft().requestTimeout().toNanos());
        RequestIds leaseIds = new RequestIds(opened.memberId(), world.wallClock().millis());
        LeaseService leases =
                new LeaseService(door, machine.leases(), quota, nanoClock, leaseIds::next, leader);
        List<Rpc> all = new ArrayList<>();
        all.addAll(keyValues.rpcs());
        all.add(WatchService.watch(hub, gate::watchRefusal, door::requireVoter));
        all.addAll(leases.rpcs());
        all.addAll(
                new MaintenanceService(
                                door,
                                machine,
                                backend,
                                guests,
                                new DowngradeService(door, machine.membership()),
                                leaderMover(
                                        config, door, machine.membership(), world, opened, later),
                                opened.memberId(),
                                config.storage().quotaBytes())
                        .rpcs());
        ClusterService cluster =
                new ClusterService(
                        door, machine.membership(), reconfiguration, world.wallClock(), leader);
        all.addAll(cluster.rpcs());
        LocalKv local = new LocalKv(keyValues, leases);
        all.addAll(LockService.methods(local, hub, gate::watchRefusal));
        all.addAll(ElectionService.methods(local, hub, gate::watchRefusal));
        Passwords passwords =
                new Passwords(door, machine.auth(), guests, secrets, config.auth().bcryptCost());
        all.addAll(new AuthService(door, passwords).rpcs());
        all.addAll(HealthService.rpcs());
        Stopwatch stopwatch =
                new Stopwatch(
                        metrics,
                        nanoClock,
                        world.wallClock(),
                        config.checks().warningUnaryRequest().toNanos());
        TokenPatience patience =
                new TokenPatience(
                        machine.auth(),
                        node,
                        guests,
                        nanoClock,
                        config.raft().requestTimeout().toNanos());
        LeaderWish wish = new LeaderWish(() -> node.leadership().leader() != 0);
        return new MemberServices(
                all.stream()
                        .map(patience::patient)
                        .map(wish::checked)
                        .map(stopwatch::measured)
                        .toList(),
                node,
                machine,
                stopwatch,
                leases,
                cluster,
                guests,
                nanoClock,
                opened.clusterId(),
                opened.memberId());
    }

    private static LeaderMover leaderMover(
            ServerConfig config,
            Door door,
            Membership membership,
            EtcdServer.World world,
            Boot.Opened opened,
            BiConsumer<Long, Runnable> later) {
        return new LeaderMover(
                door,
                membership,
                later::accept,
                world.nanoClock(),
                opened.memberId(),
                Duration.ofMillis(config.raft().heartbeatMillis()).toNanos(),
                config.raft().requestTimeout().toNanos());
    }

    private static void raiseNoSpace(Node node, long memberId) {
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setAlarm(
                                        AlarmRequest.newBuilder()
                                                .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                                                .setMemberID(memberId)
                                                .setAlarm(AlarmType.NOSPACE)),
                        _ -> {});
    }
}
