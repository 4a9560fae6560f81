package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Entry;
import dev.quorate.store.member.MemberJson;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Who the members are after each committed change, worked out by the contract alone, and whether anybody says otherwise. */
final class Roster {
    private static final String PROMOTION = "\"isPromote\":true";
    private static final int LEARNERS_MAX = 1;

    /** One member as every other member knows it. */
    record Seat(boolean learner, List<String> urls) {}

    /** All members at one time. */
    record Group(NavigableMap<Long, Seat> seats) {
        TreeSet<Long> voters() {
            TreeSet<Long> voters = new TreeSet<>();
            seats.forEach((id, seat) -> {
                if (!seat.learner) {
                    voters.add(id);
                }
            });
            return voters;
        }

        boolean isMajority(Set<Long> ids) {
            TreeSet<Long> voters = voters();
            long agreeing = voters.stream().filter(ids::contains).count();
            return agreeing > voters.size() / 2;
        }

        static Group of(List<Member> members) {
            NavigableMap<Long, Seat> seats = new TreeMap<>();
            members.forEach(member ->
                    seats.put(
                            member.getID(),
                            new Seat(member.getIsLearner(), member.getPeerURLsList())));
            return new Group(seats);
        }
    }

    private record Open(String what, BooleanSupplier holds) {}

    private final TreeMap<Long, Group> groups = new TreeMap<>();
    private final TreeSet<Long> removed = new TreeSet<>();
    private final List<Open> open = new ArrayList<>();
    private final int bootstrapEntries;
    private long changes;

    /** @param first the members at the beginning, who have one entry each */
    Roster(Group first) {
        groups.put(0L, first);
        bootstrapEntries = first.seats.size();
    }

    /** How many changes took effect. */
    long changes() {
        return changes;
    }

    Group now() {
        return groups.lastEntry().getValue();
    }

    /** After the entry at the index. */
    Group at(long index) {
        return groups.floorEntry(index).getValue();
    }

    /** The last two groups as of the index: a leader counts by one of them, for it takes on no change before it has applied the last. */
    List<Group> around(long index) {
        long key = groups.floorKey(index);
        var before = groups.lowerEntry(key);
        return before == null
                ? List.of(groups.get(key))
                : List.of(groups.get(key), before.getValue());
    }

    /** Every group in effect from an index on. */
    List<Group> since(long index) {
        return List.copyOf(groups.tailMap(groups.floorKey(index), true).values());
    }

    boolean isRemoved(long id) {
        return removed.contains(id);
    }

    /** The next committed entry that changes members. */
    void committed(Entry entry) {
        try {
            apply(entry.index(), ConfChange.parseFrom(entry.data()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("entry " + entry.index() + " does not parse", e);
        }
    }

    private void apply(long index, ConfChange change) {
        long id = change.getNodeId();
        NavigableMap<Long, Seat> next = new TreeMap<>(now().seats);
        Seat seat = next.get(id);
        boolean valid =
                switch (change.getType()) {
                    case ConfChangeAddNode, ConfChangeAddLearnerNode ->
                            isPromotion(change)
                                    ? promote(next, id, seat)
                                    : add(next, id, MemberJson.decode(utf8(change)));
                    case ConfChangeUpdateNode ->
                            update(next, id, seat, MemberJson.decode(utf8(change)));
                    case ConfChangeRemoveNode -> remove(next, id, seat);
                };
        if (valid) {
            changes++;
            groups.put(index, new Group(next));
            List<Open> due = List.copyOf(open);
            open.clear();
            due.forEach(Roster::check);
        }
    }

    static boolean isPromotion(ConfChange change) {
        return change.getContext().toStringUtf8().contains(PROMOTION);
    }

    private static byte[] utf8(ConfChange change) {
        return change.getContext().toByteArray();
    }

    private boolean add(NavigableMap<Long, Seat> seats, long id, Member member) {
        long learners = seats.values().stream().filter(Seat::learner).count();
        if (removed.contains(id)
                || seats.containsKey(id)
                || isTaken(seats, id, member)
                || (member.getIsLearner() && learners >= LEARNERS_MAX)) {
            return false;
        }
        seats.put(id, new Seat(member.getIsLearner(), member.getPeerURLsList()));
        return true;
    }

    private boolean isTaken(NavigableMap<Long, Seat> seats, long id, Member member) {
        return seats.entrySet().stream()
                .anyMatch(other ->
                        other.getKey() != id
                                && other.getValue().urls.stream()
                                        .anyMatch(member.getPeerURLsList()::contains));
    }

    private static boolean promote(NavigableMap<Long, Seat> seats, long id, @Nullable Seat seat) {
        if (seat == null || !seat.learner) {
            return false;
        }
        seats.put(id, new Seat(false, seat.urls));
        return true;
    }

    private boolean update(
            NavigableMap<Long, Seat> seats, long id, @Nullable Seat seat, Member wanted) {
        if (seat == null || isTaken(seats, id, wanted)) {
            return false;
        }
        seats.put(id, new Seat(seat.learner, wanted.getPeerURLsList()));
        return true;
    }

    private boolean remove(NavigableMap<Long, Seat> seats, long id, @Nullable Seat seat) {
        if (seat == null) {
            return false;
        }
        seats.remove(id);
        removed.add(id);
        return true;
    }

    /** A member's database, which has applied everything up to the index, names these members. */
    void stored(int place, long index, Group group) {
        if (index >= bootstrapEntries) {
            assertThat(group)
                    .as("members in the database of member %s after entry %s", place, index)
                    .isEqualTo(at(index));
        }
    }

    /** Something that holds now, or after the next change, for a leader may be ahead of its messages by one. */
    void expect(String what, BooleanSupplier holds) {
        if (!holds.getAsBoolean()) {
            open.add(new Open(what, holds));
        }
    }

    void checkNothingIsOpen() {
        open.forEach(Roster::check);
    }

    private static void check(Open one) {
        if (!one.holds.getAsBoolean()) {
            throw new AssertionError(one.what);
        }
    }
}
