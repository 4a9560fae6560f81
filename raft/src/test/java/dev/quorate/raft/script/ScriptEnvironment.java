package dev.quorate.raft.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.HeartbeatReply;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.PreVoteReply;
import dev.quorate.raft.message.Propose;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.raft.message.RequestPreVote;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.TimeoutNow;
import dev.quorate.raft.message.TransferLeader;
import dev.quorate.raft.message.VoteReply;
import dev.quorate.raft.testkit.Changes;
import dev.quorate.raft.testkit.TestMember;
import dev.quorate.raft.testkit.Words;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The world in which scripts run: members, a network that keeps what is sent, and one step per
 * command.
 */
final class ScriptEnvironment implements TestMember.Watcher {
    private static final int ROUNDS_MAX = 1000;

    private final SortedMap<Long, TestMember> members = new TreeMap<>();
    private final List<Message> network = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();
    private Arguments settings = new Arguments("");

    /** Runs one command and returns what it prints. */
    String run(String line) {
        out.setLength(0);
        String[] parts = line.split(" ", 2);
        Arguments args = new Arguments(parts.length == 2 ? parts[1] : "");
        try {
            run(parts[0], args);
        } catch (IllegalStateException | IllegalArgumentException failure) {
            print(failure.getClass().getSimpleName() + ": " + failure.getMessage());
        }
        return out.toString();
    }

    private void run(String command, Arguments args) {
        switch (command) {
            // cluster 1 2 3 [learners=4,5] [prevote] [checkquorum] [election=10] [inflight=512]
            //   [maxmessage=n] [maxapply=n] [maxuncommitted=n]: members that know each other.
            case "cluster" -> cluster(args);
            // member 4 [voters=1,2,3]: a member that knows nobody, or these.
            case "member" -> add(args.id(0), ConfState.ofVoters(args.list("voters")));
            // bootstrap 1 2 3 [options]: members whose first entries make them one group.
            case "bootstrap" -> bootstrap(args);
            // tick 1 [n]: time passes for a member.
            case "tick" -> {
                for (int i = 0; i < args.number(1, 1); i++) {
                    member(args).raft().tick();
                }
            }
            // campaign 1: stands for election.
            case "campaign" -> member(args).raft().campaign();
            // propose 1 a b c: one entry per word.
            case "propose" -> propose(args, EntryType.NORMAL, args.from(1));
            // change 1 add 4: a change of members; change2 1 [implicit|explicit] add 4 remove 2.
            case "change" -> propose(args, EntryType.CONF_CHANGE, List.of(args.rest(1)));
            case "change2" -> propose(args, EntryType.CONF_CHANGE_V2, List.of(args.rest(1)));
            // apply-change 1 add 4: the state machine applies a change that no entry carries.
            case "apply-change" -> applyChange(args);
            // read 1 x: asks for a read index.
            case "read" -> member(args).raft().readIndex(args.word(1).getBytes(UTF_8));
            // transfer 1 2: asks member 1 that 2 shall lead.
            case "transfer" -> member(args).raft().transferLeader(args.id(1));
            // disk 1 stalls | disk 1 works
            case "disk" -> member(args).raft().storageStalled(args.word(1).equals("stalls"));
            case "unreachable" -> member(args).raft().reportUnreachable(args.id(1));
            case "gone" -> member(args).raft().memberGone(args.id(1));
            // snapshot-sent 1 2 ok|failed: the transport reports to 1 about its snapshot for 2.
            case "snapshot-sent" ->
                    member(args).raft().reportSnapshot(args.id(1), args.word(2).equals("ok"));
            // ready 1: takes one Ready; the write is under way.
            case "ready" -> ready(member(args));
            // persist 1 [n]: the oldest n writes become durable, reported together.
            case "persist" -> {
                member(args).persist(args.number(1, 1));
                print("  durable");
            }
            case "apply" -> {
                while (member(args).hasApplies()) {
                    member(args).apply();
                }
            }
            // run [1 2 3] [quiet]: everything moves until nothing does, for these members only.
            case "run" -> stabilize(args);
            // deliver [from=] [to=] [kind=] [count=]: messages arrive, oldest first.
            case "deliver" -> deliver(args);
            // drop [from=] [to=] [kind=] [count=]: messages are lost.
            case "drop" -> take(args).forEach(m -> print("  lost " + Words.of(m)));
            case "network" -> network.forEach(m -> print("  " + Words.of(m)));
            // send KIND from= to= ...: a message of the script's making arrives.
            case "send" -> {
                Message message = message(args);
                members.get(message.to()).raft().step(message);
            }
            case "crash" -> member(args).crash();
            case "restart" -> {
                member(args).crash();
                member(args).start();
            }
            // compact 1 n: snapshot of all that is applied, log dropped up to n.
            case "compact" -> member(args).compact(args.number(1, 0));
            case "snapshots" -> member(args).disk.snapshotsAvailable(args.word(1).equals("on"));
            case "status" -> out.append(Words.of(member(args).raft().status()));
            case "log" -> log(member(args));
            default -> throw new IllegalArgumentException("no such command: " + command);
        }
    }

    private void print(String line) {
        out.append(line).append('\n');
    }

    private TestMember member(Arguments args) {
        TestMember member = members.get(args.id(0));
        if (member == null) {
            throw new IllegalArgumentException("no member " + args.word(0));
        }
        return member;
    }

    private void cluster(Arguments args) {
        settings = args;
        members.clear();
        network.clear();
        List<Long> voters = args.ids();
        List<Long> learners = args.list("learners");
        ConfState all = new ConfState(voters, learners, List.of(), List.of(), false);
        voters.forEach(id -> add(id, all));
        learners.forEach(id -> add(id, all));
    }

    private void bootstrap(Arguments args) {
        settings = args;
        members.clear();
        network.clear();
        List<Entry> entries = new ArrayList<>();
        for (long id : args.ids()) {
            byte[] data = ("add " + Words.id(id)).getBytes(UTF_8);
            entries.add(new Entry(EntryType.CONF_CHANGE, 1, entries.size() + 1, data));
        }
        for (long id : args.ids()) {
            add(id, ConfState.EMPTY);
            members.get(id).crash();
            members.get(id).disk.append(entries);
            members.get(id).disk.hardState(new HardState(1, 0, entries.size()));
            members.get(id).start();
        }
    }

    private void add(long id, ConfState state) {
        members.put(id, new TestMember(id, state, this::configure, timeouts(id), this));
    }

    private Config configure(Config standard) {
        return new Config(
                standard.id(),
                (int) settings.number("election", 10),
                standard.heartbeatTicks(),
                settings.number("maxmessage", standard.maxMessageBytes()),
                settings.number("maxapply", standard.maxCommittedBytesPerReady()),
                (int) settings.number("inflight", standard.maxInflightMessages()),
                settings.has("checkquorum"),
                settings.has("prevote"),
                standard.appliedIndex(),
                settings.number("maxuncommitted", Long.MAX_VALUE));
    }

    /** The election timeout of member n is n - 1 ticks above the minimum, always. */
    private static RandomGenerator timeouts(long id) {
        return new RandomGenerator() {
            @Override
            public int nextInt(int bound) {
                return (int) Long.remainderUnsigned(id - 1, bound);
            }

            @Override
            public long nextLong() {
                throw new IllegalStateException("only timeouts are drawn");
            }
        };
    }

    private void propose(Arguments args, EntryType type, List<String> words) {
        List<Entry> entries = words.stream().map(word -> Changes.proposal(type, word)).toList();
        if (!member(args).raft().propose(entries)) {
            print("  dropped");
        }
    }

    private void applyChange(Arguments args) {
        Entry entry = Changes.proposal(EntryType.CONF_CHANGE, args.rest(1));
        print("  " + Words.of(member(args).raft().applyConfChange(Changes.decode(entry))));
    }

    private void ready(TestMember member) {
        if (!member.hasReady()) {
            print(Words.id(member.id) + " has nothing to do");
            return;
        }
        print(Words.id(member.id) + " does");
        out.append(Words.of(member.take()));
    }

    private void stabilize(Arguments args) {
        List<Long> ids = args.ids().isEmpty() ? List.copyOf(members.keySet()) : args.ids();
        int before = out.length();
        for (int round = 0; round < ROUNDS_MAX && moveOnce(ids); round++) {}
        if (args.has("quiet")) {
            out.setLength(before);
        }
    }

    private boolean moveOnce(List<Long> ids) {
        boolean moved = false;
        for (long id : ids) {
            TestMember member = members.get(id);
            while (member.hasReady() || member.hasWrites() || member.hasApplies()) {
                moved = true;
                if (member.hasReady()) {
                    ready(member);
                }
                while (member.hasWrites()) {
                    member.persist();
                }
                while (member.hasApplies()) {
                    member.apply();
                }
            }
        }
        for (long id : ids) {
            for (Message message : take(new Arguments("to=" + Words.id(id)))) {
                if (ids.contains(message.from())) {
                    moved = true;
                    arrive(message);
                } else {
                    network.add(message);
                }
            }
        }
        return moved;
    }

    private void deliver(Arguments args) {
        for (Message message : take(args)) {
            print("  arrives " + Words.of(message));
            arrive(message);
        }
    }

    private void arrive(Message message) {
        TestMember receiver = members.get(message.to());
        if (receiver != null && receiver.isUp()) {
            receiver.raft().step(message);
        }
    }

    private List<Message> take(Arguments args) {
        List<Message> taken = new ArrayList<>();
        long count = args.number("count", Long.MAX_VALUE);
        for (Iterator<Message> left = network.iterator(); left.hasNext(); ) {
            Message message = left.next();
            if (taken.size() < count
                    && args.matches("from", Words.id(message.from()))
                    && args.matches("to", Words.id(message.to()))
                    && args.matches("kind", message.getClass().getSimpleName())) {
                taken.add(message);
                left.remove();
            }
        }
        return taken;
    }

    private void log(TestMember member) {
        long first = member.disk.firstIndex();
        String text =
                first > 1 ? "after %d/%d ".formatted(member.disk.term(first - 1), first - 1) : "";
        for (long index = first; index <= member.disk.lastIndex(); index++) {
            text += Words.of(member.disk.at(index)) + " ";
        }
        print("  disk: " + text.strip());
        print("  last=" + member.raft().lastIndex() + " applied=" + member.applied());
    }

    private Message message(Arguments args) {
        long from = Long.parseUnsignedLong(args.option("from", "0"));
        long to = Long.parseUnsignedLong(args.option("to", "0"));
        long term = args.number("term", 0);
        long index = args.number("index", 0);
        boolean no = args.has("no");
        byte[] context = HexFormat.of().parseHex(args.option("context", ""));
        long[] at = args.place("at");
        return switch (args.word(0)) {
            case "AppendEntries" ->
                    new AppendEntries(
                            from, to, term, at[1], at[0], args.entries(), args.number("commit", 0));
            case "AppendReply" -> new AppendReply(from, to, term, index, no, at[1], at[0]);
            case "Heartbeat" -> new Heartbeat(from, to, term, args.number("commit", 0), context);
            case "HeartbeatReply" -> new HeartbeatReply(from, to, term, context);
            case "RequestVote" ->
                    new RequestVote(from, to, term, at[1], at[0], args.has("transfer"));
            case "VoteReply" -> new VoteReply(from, to, term, no);
            case "RequestPreVote" -> new RequestPreVote(from, to, term, at[1], at[0]);
            case "PreVoteReply" -> new PreVoteReply(from, to, term, no);
            case "InstallSnapshot" ->
                    new InstallSnapshot(
                            from,
                            to,
                            term,
                            new Snapshot(
                                    "sent".getBytes(UTF_8),
                                    at[1],
                                    at[0],
                                    ConfState.ofVoters(args.list("voters"))));
            case "Propose" -> new Propose(from, to, args.entries());
            case "TransferLeader" -> new TransferLeader(from, to, term);
            case "TimeoutNow" -> new TimeoutNow(from, to, term);
            case "ReadIndex" -> new ReadIndex(from, to, context);
            case "ReadIndexReply" -> new ReadIndexReply(from, to, term, index, context);
            default -> throw new IllegalArgumentException("no such message: " + args.word(0));
        };
    }

    @Override
    public void sent(TestMember member, Message message) {
        network.add(message);
    }

    @Override
    public void written(TestMember member, Ready ready) {}

    @Override
    public void applied(TestMember member, Entry entry) {}

    @Override
    public void restored(TestMember member, Snapshot snapshot) {}
}
