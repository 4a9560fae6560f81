package dev.quorate.server.rpc;

import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.node.Node;
import dev.quorate.server.service.Header;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.watch.WatchHub;
import dev.quorate.server.watch.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
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
     * @param random chooses lease ids; safe for several threads
     * @param secrets draws tokens; unpredictable and safe for several threads
     */
    public static MemberServices of(
            ServerConfig config,
            Boot.Opened opened,
            Node node,
            WatchHub hub,
            LongSupplier nanoClock,
            RandomGenerator random,
            RandomGenerator secrets,
            Executor guests) {
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
        List<Rpc> all = new ArrayList<>();
        all.addAll(
                new KvService(
                                door,
                                machine.keyValues(),
                                quota,
                                guests,
                                config.limits().maxTxnOps(),
                                streamBytes)
                        .rpcs());
        all.add(WatchService.watch(hub, gate::watchRefusal));
        all.addAll(new LeaseService(door, machine.leases(), quota, nanoClock, random).rpcs());
        all.addAll(
                new MaintenanceService(
                                door,
                                machine,
                                backend,
                                guests,
                                opened.memberId(),
                                config.storage().quotaBytes())
                        .rpcs());
        all.addAll(new ClusterService(door, machine.membership()).rpcs());
        Passwords passwords =
                new Passwords(door, machine.auth(), guests, secrets, config.auth().bcryptCost());
        all.addAll(new AuthService(door, passwords).rpcs());
        all.addAll(HealthService.rpcs());
        return new MemberServices(all, node, machine, opened.memberId());
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
