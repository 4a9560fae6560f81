package dev.quorate.server.rpc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.server.node.Node;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.service.Services;
import dev.quorate.store.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The table of everything a member offers, and what it says about its health. */
public final class MemberServices implements Services {
    private static final String NOT_DECIDED = "not_decided";

    private final List<Rpc> all;
    private final Node node;
    private final StateMachine machine;
    private final Stopwatch stopwatch;
    private final long memberId;

    private final PeerEndpoints peerEndpoints;
    private final LeaseService leases;

    MemberServices(
            List<Rpc> all,
            Node node,
            StateMachine machine,
            Stopwatch stopwatch,
            LeaseService leases,
            ClusterService cluster,
            Executor guests,
            LongSupplier nanoClock,
            long clusterId,
            long memberId) {
        this.peerEndpoints =
                new PeerEndpoints(
                        node,
                        machine,
                        leases,
                        cluster,
                        this::versions,
                        guests,
                        nanoClock,
                        clusterId);
        this.leases = leases;
        this.all = List.copyOf(all);
        this.node = node;
        this.machine = machine;
        this.stopwatch = stopwatch;
        this.memberId = memberId;
    }

    @Override
    public List<Rpc> all() {
        return all;
    }

    /** What other members ask. */
    public PeerEndpoints peerEndpoints() {
        return peerEndpoints;
    }

    /** Ends the streams that asked for a leader, those of watches apart. */
    public void leaderLost() {
        leases.leaderLost();
    }

    @Override
    public Versions versions() {
        String cluster = machine.membership().clusterVersion();
        return new Versions(
                dev.quorate.server.Versions.SERVER,
                cluster.isEmpty() ? NOT_DECIDED : cluster,
                machine.membership().storageVersion());
    }

    @Override
    public void raftStatus(Consumer<String> done) {
        node.inspect(status -> done.accept(RaftStatusText.of(status)));
    }

    @Override
    public Health health() {
        return new Checks();
    }

    /** Reads one key that need not exist, with or without a round to the other members. */
    private final class Checks implements Health {
        private static final RangeRequest ANY_KEY =
                RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("a"))
                        .setKeysOnly(true)
                        .setLimit(1)
                        .build();

        @Override
        public void dataCorruption(Consumer<String> done) {
            done.accept(machine.alarms().corrupt() ? "alarm activated: CORRUPT" : "");
        }

        @Override
        public void serializableRead(Consumer<String> done) {
            measured(done).accept(read());
        }

        /** Asks as a client would, so it counts as what a client does. */
        private Consumer<String> measured(Consumer<String> done) {
            long start = stopwatch.nanoTime();
            return problem -> {
                stopwatch.rangeEnded(problem.isEmpty(), start);
                done.accept(problem);
            };
        }

        @Override
        public void linearizableRead(Consumer<String> receiver) {
            Consumer<String> done = measured(receiver);
            node.linearizable(
                    new Node.Read() {
                        @Override
                        public void ready() {
                            done.accept(read());
                        }

                        @Override
                        public void refused(StatusException why) {
                            done.accept(why.description());
                        }
                    },
                    Long.MAX_VALUE);
        }

        private String read() {
            try {
                machine.keyValues().range(ANY_KEY);
                return "";
            } catch (StatusException refusal) {
                return refusal.description();
            }
        }

        @Override
        public void nonLearner(Consumer<String> done) {
            done.accept(node.members().learners().contains(memberId) ? "member is a learner" : "");
        }

        @Override
        public List<String> alarms() {
            List<String> names = new ArrayList<>();
            for (AlarmMember alarm : machine.alarms().list(AlarmType.NONE)) {
                names.add(alarm.getAlarm().name());
            }
            return names;
        }

        @Override
        public boolean hasLeader() {
            return node.leadership().leader() != 0;
        }
    }
}
