package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.store.member.MemberJson;
import dev.quorate.verify.history.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All databases hold the same history, the one that follows from the committed entries, and the index that each says to have applied is
 * exactly the one whose effects it holds.
 */
final class StoreJudge {
    private static final byte[] CONSISTENT_INDEX =
            "consistent_index".getBytes(StandardCharsets.UTF_8);

    private static final byte[] CONF_STATE = "confState".getBytes(StandardCharsets.UTF_8);

    private final Oracle oracle;
    private final Roster roster;
    private final TreeMap<Integer, Long> indexes = new TreeMap<>();
    private long records;

    StoreJudge(Oracle oracle, Roster roster) {
        this.roster = roster;
        this.oracle = oracle;
    }

    long records() {
        return records;
    }

    /** A member's database gets a record of history. */
    void record(int member, byte[] key, byte[] value) {
        records++;
        long main = RevisionKey.main(key);
        int sub = (int) RevisionKey.sub(key);
        boolean tombstone = RevisionKey.isTombstone(key);
        KeyValue record = parse(value);
        oracle.whenRevision(main, () -> compare(member, main, sub, tombstone, record));
    }

    private void compare(int member, long main, int sub, boolean tombstone, KeyValue record) {
        var events = oracle.events(main);
        assertThat(sub)
                .as(
                        "change %s of revision %s at member %s; expected: %s",
                        sub, main, member, events)
                .isLessThan(events.size());
        Oracle.Event event = events.get(sub);
        assertThat(record.getKey().toStringUtf8())
                .as("key of %s.%s at member %s", main, sub, member)
                .isEqualTo(event.key());
        assertThat(tombstone)
                .as("deletion %s.%s at member %s", main, sub, member)
                .isEqualTo(event.item() == null);
        if (!tombstone) {
            assertThat(Wire.item(record))
                    .as("record %s.%s at member %s", main, sub, member)
                    .isEqualTo(event.item());
        }
    }

    private static KeyValue parse(byte[] value) {
        try {
            return KeyValue.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a record does not parse", e);
        }
    }

    /** A member's database has reached a new state, which a crash from now on leaves. */
    void committed(int member, ReadView view) {
        byte[] stored = view.get(Bucket.META, CONSISTENT_INDEX);
        long index = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
        Long before = indexes.put(member, index);
        assertThat(index)
                .as("applied index in the database of member %s", member)
                .isGreaterThanOrEqualTo(before == null ? 0 : before);
        ReadView.Entry last = view.last(Bucket.KEY);
        long revision = last == null ? 1 : RevisionKey.main(last.key());
        oracle.whenIndex(
                index,
                () -> {
                    long expected = oracle.revisionAt(index);
                    // The newest record may be a tombstone, which a compaction removes.
                    if (revision > expected
                            || (revision < expected && expected > oracle.compacted())) {
                        throw new AssertionError(
                                "the database of member "
                                        + member
                                        + " says that it holds what entry "
                                        + index
                                        + " left, revision "
                                        + expected
                                        + ", but it holds revision "
                                        + revision);
                    }
                });
    }

    /** The members in a database may have changed. */
    void members(int member, ReadView view) {
        long index = index(member);
        NavigableMap<Long, Roster.Seat> seats = new TreeMap<>();
        view.scanAll(
                Bucket.MEMBERS,
                (_, value) -> {
                    Member stored = MemberJson.decode(value);
                    seats.put(
                            stored.getID(),
                            new Roster.Seat(stored.getIsLearner(), stored.getPeerURLsList()));
                    return true;
                });
        byte[] conf = view.get(Bucket.META, CONF_STATE);
        oracle.whenIndex(
                index,
                () -> {
                    Roster.Group group = new Roster.Group(seats);
                    roster.stored(member, index, group);
                    if (conf != null && seats.equals(roster.at(index).seats())) {
                        assertThat(new TreeSet<>(MemberJson.confState(conf).getVotersList()))
                                .as("voters in the database of member %s after %s", member, index)
                                .isEqualTo(group.voters());
                    }
                });
    }

    /** The applied index in a member's database. */
    long index(int member) {
        return indexes.getOrDefault(member, 0L);
    }

    /** The member starts over with an empty disk. */
    void forget(int member) {
        indexes.remove(member);
    }
}
