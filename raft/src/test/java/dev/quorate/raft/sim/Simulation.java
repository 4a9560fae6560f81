package dev.quorate.raft.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.ReadState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Role;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.testkit.Changes;
import dev.quorate.raft.testkit.TestMember;
import dev.quorate.raft.testkit.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A group in a hostile world: messages are lost, repeated and reordered, members crash and lose
 * what is not on disk, writes finish late and together, members come and go. One thread, one source
 * of randomness; which faults occur, and how often, is drawn too, so that seeds differ in kind.
 */
final class Simulation implements TestMember.Watcher {
    private static final int NETWORK_MAX = 150;
    private static final int CALM_ROUNDS_MAX = 2000;

    private final Random random;
    private final SortedMap<Long, TestMember> members = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    final Invariants invariants = new Invariants(members.values());

    private final boolean preVote;
    private final boolean checkQuorum;
    private final int lossPercent;
    private final int repeatPercent;
    private final int crashPerMille;
    private final int changePerMille;
    private final int compactPerMille;
    private final int cutPerMille;
    private final int persistWeight;
    private final int inflight;
    private long cutOff;
    private int proposals;
    int snapshotsInstalled;
    int changesApplied;
    private final boolean traced;
    private long trace = 17;

    Simulation(long seed, boolean traced) {
        this.traced = traced;
        random = new Random(seed);
        preVote = random.nextBoolean();
        checkQuorum = random.nextBoolean();
        lossPercent = choose(0, 1, 10, 30);
        repeatPercent = choose(0, 5, 20);
        crashPerMille = choose(0, 2, 10, 30);
        changePerMille = choose(0, 0, 5, 20);
        compactPerMille = choose(0, 5, 20);
        cutPerMille = choose(0, 5, 10, 20);
        persistWeight = choose(1, 3, 10);
        inflight = choose(1, 2, 16);
        int voters = choose(1, 2, 3, 3, 3, 4, 5, 5);
        ConfState initial = ConfState.ofVoters(LongStream.rangeClosed(1, voters).boxed().toList());
        int strangers = changePerMille == 0 ? 0 : 2;
        for (long id = 1; id <= voters + strangers; id++) {
            Random timeouts = new Random(random.nextLong());
            members.put(id, new TestMember(id, initial, this::configure, timeouts, this));
        }
    }

    private int choose(int... values) {
        return values[random.nextInt(values.length)];
    }

    private Config configure(Config standard) {
        return new Config(
                standard.id(),
                10,
                1,
                40,
                60,
                inflight,
                checkQuorum,
                preVote,
                standard.appliedIndex());
    }

    /** Runs so many events, then lets the world calm down and expects progress. */
    void run(int events) {
        for (int i = 0; i < events; i++) {
            event();
            invariants.check();
        }
        calmDown();
    }

    long trace() {
        return trace;
    }

    private void trace(String what) {
        trace = trace * 31 + what.hashCode();
    }

    private boolean perMille(int chance) {
        return random.nextInt(1000) < chance;
    }

    private TestMember anyMember() {
        return members.get(1L + random.nextInt(members.size()));
    }

    private void event() {
        TestMember member = anyMember();
        if (!member.isUp()) {
            if (perMille(200)) {
                member.start();
            }
            return;
        }
        if (perMille(crashPerMille)) {
            trace("crash " + member.id);
            member.crash();
            invariants.crashed(member);
        } else if (perMille(changePerMille)) {
            change(member);
        } else if (perMille(compactPerMille)) {
            member.compact(member.applied() - random.nextInt(4));
        } else if (perMille(cutPerMille)) {
            cut(member);
        } else {
            work(member);
        }
    }

    /** Cuts off a member, best the leader, which does not know; or ends that. */
    private void cut(TestMember member) {
        TestMember leader = leader();
        cutOff =
                switch (random.nextInt(3)) {
                    case 0 -> 0;
                    case 1 -> member.id;
                    default -> leader == null ? 0 : leader.id;
                };
    }

    private void work(TestMember member) {
        int draw = random.nextInt(23 + persistWeight);
        if (draw < 4) {
            member.raft().tick();
        } else if (draw < 6) {
            propose(member);
        } else if (draw < 7) {
            request(member);
        } else if (draw < 15) {
            deliverAny();
        } else if (draw < 19) {
            takeReady(member);
        } else if (draw < 23) {
            if (member.hasApplies()) {
                member.apply();
            }
        } else if (member.writes() > 0) {
            member.persist(1 + random.nextInt(member.writes()));
        }
    }

    private void takeReady(TestMember member) {
        if (!member.hasReady()) {
            return;
        }
        Ready ready = member.take();
        if (traced) {
            trace(member.id + Words.of(ready));
        }
        for (ReadState read : ready.readStates()) {
            invariants.readAnswered(new String(read.context(), UTF_8), read.index());
        }
    }

    private void propose(TestMember member) {
        Entry entry = Changes.proposal(EntryType.NORMAL, "p" + proposals++);
        member.raft().propose(random.nextInt(4) == 0 ? List.of(entry, entry) : List.of(entry));
    }

    private void request(TestMember member) {
        switch (random.nextInt(5)) {
            case 0 -> member.raft().transferLeader(anyMember().id);
            case 1, 2 -> member.raft().campaign();
            default -> {
                String context = "r" + proposals++;
                invariants.readRequested(context);
                member.raft().readIndex(context.getBytes(UTF_8));
            }
        }
    }

    private void change(TestMember member) {
        String one = choose(0, 1, 2) == 0 ? "remove " : choose(0, 1) == 0 ? "learner " : "add ";
        String text = one + anyMember().id;
        switch (random.nextInt(4)) {
            case 0 -> {
                String more = "implicit add " + anyMember().id + " " + text;
                member.raft().propose(List.of(Changes.proposal(EntryType.CONF_CHANGE_V2, more)));
            }
            case 1 ->
                    member.raft()
                            .propose(
                                    List.of(
                                            Changes.proposal(
                                                    EntryType.CONF_CHANGE_V2,
                                                    random.nextBoolean()
                                                            ? ""
                                                            : "explicit " + text)));
            default -> member.raft().proposeConfChange(text.getBytes(UTF_8));
        }
    }

    private void deliverAny() {
        if (network.isEmpty()) {
            return;
        }
        // Mostly the oldest, sometimes any.
        int position = random.nextInt(3) == 0 ? random.nextInt(network.size()) : 0;
        Message message = network.get(position);
        if (random.nextInt(100) >= repeatPercent) {
            network.remove(position);
        }
        if (random.nextInt(100) < lossPercent
                || message.from() == cutOff
                || message.to() == cutOff) {
            lose(message);
        } else {
            deliver(message);
        }
    }

    private void deliver(Message message) {
        TestMember receiver = members.get(message.to());
        if (!receiver.isUp()) {
            lose(message);
            return;
        }
        receiver.raft().step(message);
        if (message instanceof InstallSnapshot) {
            report(message, true);
        }
    }

    private void lose(Message message) {
        if (message instanceof InstallSnapshot) {
            report(message, false);
        } else if (random.nextInt(5) == 0 && members.get(message.from()).isUp()) {
            members.get(message.from()).raft().reportUnreachable(message.to());
        }
    }

    private void report(Message snapshot, boolean arrived) {
        if (members.get(snapshot.from()).isUp()) {
            members.get(snapshot.from()).raft().reportSnapshot(snapshot.to(), arrived);
        }
    }

    // The end: without faults the group must come back to work.

    private void calmDown() {
        cutOff = 0;
        List.copyOf(network).forEach(this::lose);
        network.clear();
        for (TestMember member : members.values()) {
            if (!member.isUp()) {
                member.start();
            }
        }
        for (int round = 0; round < CALM_ROUNDS_MAX; round++) {
            if (round % 20 == 19) {
                stopRemoved();
            }
            members.values().stream().filter(TestMember::isUp).forEach(m -> m.raft().tick());
            settle();
            TestMember leader = leader();
            if (leader != null && round % 10 == 9) {
                // A snapshot from before a member was added is of no use to that member.
                leader.compact(0);
                leader.raft().propose(("m" + round).getBytes(UTF_8));
                settle();
                if (agree(leader)) {
                    return;
                }
            }
        }
        throw new AssertionError("the group does not work again:\n" + describe());
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (TestMember member : members.values()) {
            text.append(member.id).append(member.isUp() ? "" : " down").append('\n');
            text.append(Words.of(member.raft().status()));
        }
        return text.toString();
    }

    /**
     * Members that the leader knows to be removed, perhaps itself, are stopped as etcd's stop
     * themselves; all others run. Not too soon, since the others have to hear of the commit.
     */
    private void stopRemoved() {
        TestMember leader = leader();
        for (TestMember member : members.values()) {
            boolean belongs = leader == null || isMember(leader.confState(), member.id);
            if (member.isUp() && !belongs) {
                member.crash();
                invariants.crashed(member);
            } else if (!member.isUp() && leader != null && belongs) {
                member.start();
            }
        }
    }

    private static boolean isMember(ConfState state, long id) {
        return state.voters().contains(id)
                || state.learners().contains(id)
                || state.votersOutgoing().contains(id);
    }

    private TestMember leader() {
        TestMember leader = null;
        for (TestMember member : members.values()) {
            if (member.isUp()
                    && member.raft().role() == Role.LEADER
                    && (leader == null || member.raft().term() > leader.raft().term())) {
                leader = member;
            }
        }
        return leader;
    }

    /**
     * Whether all members that should be there have applied everything, the new proposal included.
     */
    private boolean agree(TestMember leader) {
        boolean all = leader.applied() == leader.raft().lastIndex();
        for (TestMember member : members.values()) {
            if (isMember(leader.confState(), member.id)) {
                all &=
                        member.isUp()
                                && member.applied() == leader.applied()
                                && member.state().equals(leader.state());
            }
        }
        return all;
    }

    private void settle() {
        boolean moved = true;
        for (int round = 0; moved && round < CALM_ROUNDS_MAX; round++) {
            moved = false;
            for (TestMember member : members.values()) {
                moved |= settle(member);
            }
            List<Message> arriving = List.copyOf(network);
            network.clear();
            for (Message message : arriving) {
                moved = true;
                deliver(message);
                invariants.check();
            }
        }
    }

    private boolean settle(TestMember member) {
        boolean moved = false;
        while (member.hasReady() || member.hasWrites() || member.hasApplies()) {
            moved = true;
            takeReady(member);
            while (member.hasWrites()) {
                member.persist();
                invariants.check();
            }
            while (member.hasApplies()) {
                member.apply();
                invariants.check();
            }
        }
        return moved;
    }

    @Override
    public void sent(TestMember member, Message message) {
        invariants.sent(member, message);
        if (members.containsKey(message.to()) && members.containsKey(message.from())) {
            network.add(message);
        }
        if (network.size() > NETWORK_MAX) {
            lose(network.removeFirst());
        }
    }

    @Override
    public void written(TestMember member, Ready ready) {
        invariants.written(member, ready.toPersist());
    }

    @Override
    public void applied(TestMember member, Entry entry) {
        if (entry.type() != EntryType.NORMAL) {
            changesApplied++;
        }
        invariants.applied(member, entry);
    }

    @Override
    public void restored(TestMember member, Snapshot snapshot) {
        snapshotsInstalled++;
        invariants.restored(member, snapshot);
    }
}
