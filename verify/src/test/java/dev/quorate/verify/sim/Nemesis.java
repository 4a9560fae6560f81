package dev.quorate.verify.sim;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.raft.message.TransferLeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does to the world what its plan allows, at random moments, and repairs some of it later. */
final class Nemesis {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    private static final SimMember.Answer IGNORED =
            new SimMember.Answer() {
                @Override
                public void answered(MessageLite response) {}

                @Override
                public void refused(StatusException why) {}

                @Override
                public void lost() {}
            };

    private final World world;
    private final Random random;
    private final List<Plan.Fault> faults;
    private boolean stopped;
    private long deaths;

    Nemesis(World world, Random random) {
        this.world = world;
        this.random = random;
        this.faults = new ArrayList<>(world.plan.faults());
    }

    long deaths() {
        return deaths;
    }

    void start() {
        if (world.plan.clockPpm() > 0) {
            world.members().forEach(this::setClock);
        }
        again();
    }

    void stop() {
        stopped = true;
    }

    private void again() {
        if (!faults.isEmpty()) {
            world.after(
                    1 + random.nextLong(2 * world.plan.faultPauseNanos()),
                    () -> {
                        if (!stopped) {
                            strike(faults.get(random.nextInt(faults.size())));
                            again();
                        }
                    });
        }
    }

    /** A process has ended; somebody starts it again after a while. */
    void died(SimMember member) {
        deaths++;
        world.after(
                50 * MILLI + random.nextLong(random.nextInt(4) == 0 ? 5 * SECOND : SECOND / 2),
                () -> {
                    if (!member.isUp()) {
                        member.start();
                    }
                });
    }

    /** The leader is the more interesting victim. */
    private SimMember victim() {
        SimMember leader = world.leader();
        return leader != null && random.nextInt(3) > 0 ? leader : world.anyMember(random);
    }

    private void strike(Plan.Fault fault) {
        if (world.members().stream().filter(SimMember::isEmployed).count() < 2) {
            return;
        }
        SimMember victim = victim();
        world.trace.note(world.now(), "nemesis", victim.slot, fault.ordinal(), 0, fault);
        switch (fault) {
            case CRASH -> victim.crash();
            case CRASH_WHILE_WRITING -> victim.crashWhileWriting(1 + random.nextInt(20));
            case CRASH_ALL -> world.members().forEach(SimMember::crash);
            case ISOLATE -> {
                for (SimMember other : world.members()) {
                    cutBoth(victim, other);
                }
                healLater();
            }
            case SPLIT -> split();
            case CUT_PAIR -> {
                cutBoth(victim, other(victim));
                healLater();
            }
            case CUT_ONE_WAY -> {
                SimMember other = other(victim);
                if (random.nextBoolean()) {
                    world.network.cut(victim.slot, other.slot);
                } else {
                    for (SimMember each : world.members()) {
                        world.network.cut(each.slot, victim.slot);
                    }
                }
                healLater();
            }
            case PAUSE -> pause(victim);
            case SLOW_DISK -> {
                victim.slowDisk(20 * MILLI + random.nextLong(2 * SECOND));
                world.after(SECOND + random.nextLong(4 * SECOND), () -> victim.slowDisk(MILLI / 2));
            }
            case FAIL_DISK -> victim.failWrite(1 + random.nextInt(20));
            case CLOCKS -> {
                setClock(victim);
                victim.clock().jumpWall(random.nextLong(20 * SECOND) / MILLI - 10_000);
            }
            case TRANSFER -> transfer();
            case COMPACT -> compact(victim);
        }
    }

    /** Mostly one at a time, so that the others can go on without it. */
    private void pause(SimMember victim) {
        boolean meanwhile = world.members().stream().anyMatch(SimMember::isPaused);
        if (world.plan.isAboutLeases()) {
            SimMember leader = world.leader();
            if (leader != null && !meanwhile) {
                leader.pause(3 * SECOND + random.nextLong(4 * SECOND));
            }
        } else if (!meanwhile || random.nextInt(4) == 0) {
            victim.pause(
                    random.nextBoolean()
                            ? 100 * MILLI + random.nextLong(SECOND)
                            : 2 * SECOND + random.nextLong(4 * SECOND));
        }
    }

    private SimMember other(SimMember than) {
        SimMember other = world.anyMember(random);
        while (other == than) {
            other = world.anyMember(random);
        }
        return other;
    }

    private void cutBoth(SimMember one, SimMember other) {
        world.network.cut(one.slot, other.slot);
        world.network.cut(other.slot, one.slot);
    }

    private void split() {
        List<SimMember> left = new ArrayList<>();
        List<SimMember> right = new ArrayList<>();
        for (SimMember member : world.members()) {
            (random.nextBoolean() ? left : right).add(member);
        }
        for (SimMember one : left) {
            for (SimMember other : right) {
                cutBoth(one, other);
            }
        }
        healLater();
    }

    private void healLater() {
        world.after(
                200 * MILLI + random.nextLong(random.nextInt(3) == 0 ? 6 * SECOND : 3 * SECOND),
                world.network::heal);
    }

    private void setClock(SimMember member) {
        int most = world.plan.clockPpm();
        member.clock().rate(most == 0 ? 0 : random.nextInt(2 * most + 1) - most);
    }

    /** By the service, or as another member would pass on the wish. */
    private void transfer() {
        SimMember leader = world.leader();
        if (leader == null) {
            return;
        }
        SimMember target = other(leader);
        if (random.nextBoolean()) {
            leader.call(
                    "MoveLeader",
                    MoveLeaderRequest.newBuilder().setTargetID(target.memberId()).build(),
                    3 * SECOND,
                    IGNORED);
        } else if (target.isUp()) {
            leader.whenAwake(() ->
                    leader.peerSide()
                            .receive(
                                    List.of(
                                            new TransferLeader(
                                                    target.memberId(),
                                                    leader.memberId(),
                                                    world.raftJudge.latestTerm()))));
        }
    }

    private void compact(SimMember at) {
        long revision = world.oracle.revision() - random.nextInt(20);
        if (revision > 1) {
            at.call(
                    "Compact",
                    CompactionRequest.newBuilder().setRevision(revision).build(),
                    3 * SECOND,
                    IGNORED);
        }
    }
}
