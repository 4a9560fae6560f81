package dev.quorate.verify.sim;

import dev.quorate.raft.message.Message;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.member.Ids;
import dev.quorate.verify.history.KvModel;
import dev.quorate.verify.history.Linearizability;
import dev.quorate.verify.history.Operation;
import dev.quorate.verify.history.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One simulated cluster: time, the queue of what happens next, members, clients and judges. First the nemesis does its worst for a while,
 * then everything is repaired, and the cluster has to come back, agree, and have kept every promise.
 */
final class World {
    private static final long SECOND = 1_000_000_000;

    /** After the repair the cluster has so long to work again. */
    private static final long CALM_NANOS_MAX = 60 * SECOND;

    /** Events at one moment that would mean that time stands still. */
    private static final int EVENTS_PER_MOMENT_MAX = 100_000;

    /** Events of a whole story that would mean that members do nothing but keep each other busy. */
    private static final long EVENTS_MAX = 2_000_000;

    private static final int WATCHERS = 2;

    /** Places for members that are there at the beginning or come later. */
    private static final int PLACES = 7;

    /** How often somebody looks whether a member is down, after the repair. */
    private static final long CARE_NANOS = SECOND / 2;

    /** Something that happens. */
    interface Action {
        void run() throws Exception;
    }

    private record Event(long atNanos, long order, Action action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos
                    ? Long.compare(atNanos, other.atNanos)
                    : Long.compare(order, other.order);
        }
    }

    final Plan plan;
    final Trace trace;
    final Random random;
    final SimNetwork network;
    final Roster roster;
    final LeaseJudge leaseJudge;
    final Oracle oracle;
    final StoreJudge storeJudge;
    final RaftJudge raftJudge;
    final DurabilityJudge durabilityJudge;
    final Recorder recorder = new Recorder();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimMember> members = new ArrayList<>();
    private final List<KvClient> kvClients = new ArrayList<>();
    private final List<WatchClient> watchClients = new ArrayList<>();
    private final List<LeaseClient> leaseClients = new ArrayList<>();
    private final TreeMap<Integer, Long> firstIds = new TreeMap<>();
    private final Nemesis nemesis;
    private final List<Operator> operators = new ArrayList<>();
    private final SimStore.Maker stores;
    final boolean sharesWork;
    private long nowNanos;
    private long order;
    private long steps;

    /**
     * @param stores makes the databases of members
     * @param sharesWork whether one owner may do the work of another, as in a process; otherwise each does its own
     */
    World(Plan plan, Random random, Trace trace, SimStore.Maker stores, boolean sharesWork) {
        this.sharesWork = sharesWork;
        this.plan = plan;
        this.random = random;
        this.trace = trace;
        this.stores = stores;
        this.network = new SimNetwork(this, new Random(random.nextLong()));
        this.leaseJudge = new LeaseJudge(this);
        Map<Integer, String> first = new TreeMap<>();
        for (int slot = 1; slot <= plan.members(); slot++) {
            first.put(slot, SimMember.firstUrl(slot));
        }
        this.roster = new Roster(group(first));
        this.oracle = new Oracle(plan.members(), roster, leaseJudge);
        this.storeJudge = new StoreJudge(oracle, roster);
        this.raftJudge =
                new RaftJudge(
                        plan.members(),
                        oracle::committed,
                        new QuorumJudge(roster),
                        this::appliedAtLeast);
        this.durabilityJudge = new DurabilityJudge(this, new Random(random.nextLong()));
        int places = plan.operators() > 0 ? PLACES : plan.members();
        for (int slot = 1; slot <= places; slot++) {
            SimMember place = new SimMember(this, slot, new Random(random.nextLong()));
            members.add(place);
            if (first.containsKey(slot)) {
                place.employ(first, false);
            }
        }
        for (int i = 0; i < plan.clients(); i++) {
            kvClients.add(new KvClient(this, i + 1, new Random(random.nextLong())));
        }
        for (int i = 0; i < WATCHERS; i++) {
            watchClients.add(new WatchClient(this, i + 1, new Random(random.nextLong())));
        }
        for (int i = 0; i < plan.leaseHolders(); i++) {
            leaseClients.add(new LeaseClient(this, i + 1, new Random(random.nextLong())));
        }
        this.nemesis = new Nemesis(this, new Random(random.nextLong()));
        TreeSet<Long> perhapsRemoved = new TreeSet<>();
        for (int i = 0; i < plan.operators(); i++) {
            operators.add(new Operator(this, i, new Random(random.nextLong()), perhapsRemoved));
        }
    }

    private Roster.Group group(Map<Integer, String> first) {
        TreeMap<Long, Roster.Seat> seats = new TreeMap<>();
        first.forEach((slot, url) -> {
            long id = Ids.bootstrapMember(List.of(url), Bootstrap.of(List.of()).token());
            firstIds.put(slot, id);
            seats.put(id, new Roster.Seat(false, List.of(url)));
        });
        return new Roster.Group(seats);
    }

    /** The member that begins at a place, or 0. */
    long firstId(int slot) {
        return firstIds.getOrDefault(slot, 0L);
    }

    SimStore newStore() {
        return stores.make();
    }

    private long appliedAtLeast(long memberId) {
        SimMember member = member(memberId);
        return member == null ? 0 : storeJudge.index(member.slot);
    }

    /** Closes the databases. */
    void close() {
        members.forEach(SimMember::close);
    }

    // Time

    /** True time since the beginning, which no member knows. */
    long now() {
        return nowNanos;
    }

    void at(long atNanos, Action action) {
        events.add(new Event(Math.max(atNanos, nowNanos), order++, action));
    }

    void after(long delayNanos, Action action) {
        at(nowNanos + delayNanos, action);
    }

    long steps() {
        return steps;
    }

    private void step() throws Exception {
        Event event = events.remove();
        nowNanos = event.atNanos;
        if (++steps > EVENTS_MAX) {
            throw new AssertionError("members keep each other busy without end");
        }
        event.action.run();
    }

    private void runUntil(long endNanos, BooleanSupplier enough) throws Exception {
        long moment = nowNanos;
        int atMoment = 0;
        while (!enough.getAsBoolean() && !events.isEmpty() && events.peek().atNanos <= endNanos) {
            step();
            atMoment = nowNanos == moment ? atMoment + 1 : 0;
            moment = nowNanos;
            if (atMoment > EVENTS_PER_MOMENT_MAX) {
                throw new AssertionError("time stands still");
            }
        }
        if (!enough.getAsBoolean()) {
            nowNanos = Math.max(nowNanos, endNanos);
        }
    }

    // Who is there

    /** All places. */
    List<SimMember> members() {
        return members;
    }

    SimMember place(int slot) {
        return members.get(slot - 1);
    }

    /** Where a member is or was last; null when that place was cleared. */
    @Nullable SimMember member(long id) {
        for (SimMember member : members) {
            if (member.memberId() == id) {
                return member;
            }
        }
        return null;
    }

    /** The member that leads as far as messages tell; null when it is down. */
    @Nullable SimMember leader() {
        SimMember leader = member(raftJudge.latestLeader());
        return leader == null || !leader.isUp() ? null : leader;
    }

    /** One that belongs to the cluster, or did until somebody notices. */
    SimMember anyMember(Random by) {
        List<SimMember> employed = members.stream().filter(SimMember::isEmployed).toList();
        return employed.get(by.nextInt(employed.size()));
    }

    void died(SimMember member) {
        network.ended(member);
        nemesis.died(member);
    }

    void judgeSent(SimMember sender, Message message) {
        durabilityJudge.sent(sender, message);
        long before = raftJudge.committed();
        raftJudge.sent(message);
        if (raftJudge.committed() > before) {
            durabilityJudge.committed();
        }
    }

    // The story

    /** Lives through the plan and judges it. */
    void run() throws Exception {
        for (SimMember member : members) {
            after(random.nextLong(SECOND / 10), member::start);
        }
        operators.forEach(Operator::start);
        kvClients.forEach(KvClient::start);
        watchClients.forEach(WatchClient::start);
        leaseClients.forEach(LeaseClient::start);
        nemesis.start();
        runUntil(plan.durationNanos(), () -> false);
        calmDown();
        judge();
    }

    private void calmDown() throws Exception {
        trace.note(nowNanos, "calm", 0, 0, 0, "");
        nemesis.stop();
        operators.forEach(Operator::stop);
        network.calm();
        members.forEach(SimMember::calm);
        care();
        kvClients.forEach(KvClient::stop);
        leaseClients.forEach(LeaseClient::stop);
        long deadline = nowNanos + CALM_NANOS_MAX;
        runUntil(deadline, () -> kvClients.stream().allMatch(KvClient::isIdle));
        long[] last = {0};
        boolean[] done = {false};
        // A last write through the leader shows that the cluster works, and fixes what watchers
        // must see.
        KvClient epilogue = new KvClient(this, 99, new Random(random.nextLong()));
        epilogue.writeUntilAnswered(
                "epilogue",
                revision -> {
                    last[0] = revision;
                    done[0] = true;
                });
        runUntil(deadline, () -> done[0]);
        if (!done[0]) {
            throw new AssertionError("the cluster does not work again");
        }
        runUntil(deadline, () -> leaseJudge.allOver() && agreed());
        leaseJudge.checkAllOver();
        if (!agreed()) {
            throw new AssertionError("members do not come to agree: " + positions());
        }
        long end = oracle.revision();
        for (WatchClient watcher : watchClients) {
            runUntil(deadline, () -> watcher.hasSeen(end));
            watcher.checkSeen(end);
        }
    }

    /** Now and then somebody looks whether everybody is there who should be. */
    private void care() {
        TreeMap<Integer, Long> ids = new TreeMap<>();
        TreeMap<Integer, String> cluster = new TreeMap<>();
        roster.now()
                .seats()
                .forEach((id, seat) -> {
                    int slot = SimMember.slotOf(seat.urls().getFirst());
                    ids.put(slot, id);
                    cluster.put(slot, seat.urls().getFirst());
                });
        for (SimMember place : members) {
            long id = ids.getOrDefault(place.slot, 0L);
            if (id != 0 && place.memberId() == id) {
                place.start();
            } else {
                Operator.settle(this, place, id, cluster);
            }
        }
        after(CARE_NANOS, this::care);
    }

    /** Whether everything known to be committed is in the database of every member, and nobody else runs. */
    private boolean agreed() {
        for (SimMember member : members) {
            boolean belongs = roster.now().seats().containsKey(member.memberId());
            if (belongs
                    ? storeJudge.index(member.slot) < raftJudge.committed()
                    : member.isUp() && network.seesAnybody(member)) {
                return false;
            }
        }
        return oracle.index() == raftJudge.committed() && hasStarted(roster.now());
    }

    private boolean hasStarted(Roster.Group group) {
        return group.seats().keySet().stream().allMatch(id -> member(id) != null);
    }

    private String positions() {
        StringBuilder text = new StringBuilder("committed " + raftJudge.committed());
        for (SimMember member : members) {
            text.append(", m")
                    .append(member.slot)
                    .append(member.isUp() ? " up " : " down ")
                    .append(Long.toHexString(member.memberId()))
                    .append(" at ")
                    .append(storeJudge.index(member.slot));
        }
        return text.append("; ").append(roster.now()).toString();
    }

    private void judge() {
        oracle.checkNothingIsOpen();
        roster.checkNothingIsOpen();
        List<Operation> history = new ArrayList<>(oracle.witness.resolve(recorder.history()));
        history.addAll(oracle.revocations());
        Linearizability.Verdict verdict = Linearizability.check(KvModel.WITH_REVISIONS, history);
        if (!(verdict instanceof Linearizability.Linearizable)) {
            throw new AssertionError(verdict.toString());
        }
    }

    /** What a run was worth. */
    record Summary(
            long trace,
            long steps,
            long terms,
            long entries,
            long revisions,
            long operations,
            long answered,
            long deaths,
            long snapshots,
            long changes,
            long watchEvents,
            long leasesEnded) {}

    Summary summary() {
        List<Operation> history = recorder.history();
        return new Summary(
                trace.hash(),
                steps,
                raftJudge.terms(),
                raftJudge.committed(),
                oracle.revision(),
                history.size(),
                history.stream().filter(Operation::isAnswered).count(),
                nemesis.deaths(),
                network.snapshots,
                roster.changes(),
                watchClients.stream().mapToLong(WatchClient::eventCount).sum(),
                leaseJudge.ended());
    }
}
