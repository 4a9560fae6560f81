package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.message.AppendReply;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whoever leads was voted for by a majority of the voters, and what is committed was acknowledged by one: learners and those who are
 * members no more do not count. Members change one at a time. A learner becomes a voter when it has nearly all of the log.
 */
final class QuorumJudge {
    private record Candidacy(long term, long candidate) implements Comparable<Candidacy> {
        @Override
        public int compareTo(Candidacy other) {
            return term != other.term
                    ? Long.compare(term, other.term)
                    : Long.compare(candidate, other.candidate);
        }
    }

    /** A leader may go on appending after it has looked how far a learner is. */
    private static final int READY_PERCENT = 50;

    private final Roster roster;
    private final TreeMap<Candidacy, TreeSet<Long>> votes = new TreeMap<>();
    private final TreeMap<Long, TreeMap<Long, Long>> acknowledged = new TreeMap<>();
    private final TreeMap<Long, Long> furthest = new TreeMap<>();
    private final TreeMap<Long, TreeSet<Long>> changesSeen = new TreeMap<>();

    QuorumJudge(Roster roster) {
        this.roster = roster;
    }

    /** A vote leaves a member, perhaps for itself. */
    void voted(long voter, long term, long candidate) {
        votes.computeIfAbsent(new Candidacy(term, candidate), _ -> new TreeSet<>()).add(voter);
    }

    void acknowledged(AppendReply reply) {
        acknowledged
                .computeIfAbsent(reply.term(), _ -> new TreeMap<>())
                .merge(reply.from(), reply.index(), Math::max);
        furthest.merge(reply.from(), reply.index(), Math::max);
    }

    /**
     * A member acts as leader for the first time.
     *
     * @param appliedAtLeast an index that it has applied
     */
    void leads(long member, long term, long appliedAtLeast) {
        Set<Long> voters = votes.getOrDefault(new Candidacy(term, member), new TreeSet<>());
        voters.add(member);
        roster.expect(
                "member "
                        + Long.toHexString(member)
                        + " leads in term "
                        + term
                        + " by the votes of "
                        + hex(voters)
                        + "; members: "
                        + roster.now(),
                () ->
                        roster.since(appliedAtLeast).stream()
                                .anyMatch(group -> group.isMajority(voters)));
    }

    /** A leader says that everything up to the index is committed; the roster knows it already. */
    void committed(long leader, long term, long index) {
        TreeSet<Long> having = new TreeSet<>();
        having.add(leader);
        acknowledged
                .getOrDefault(term, new TreeMap<>())
                .forEach((member, upTo) -> {
                    if (upTo >= index) {
                        having.add(member);
                    }
                });
        List<Roster.Group> groups = roster.around(index);
        assertThat(groups)
                .as(
                        "voters that acknowledged entry %s in term %s: %s; members: %s",
                        index, term, hex(having), groups)
                .anyMatch(group -> group.isMajority(having));
    }

    /**
     * An entry leaves a leader.
     *
     * @param committed what the leader says to be committed at that moment
     */
    void appended(long term, Entry entry, long committed) {
        if (entry.type() != EntryType.CONF_CHANGE
                || entry.term() != term
                || !changesSeen.computeIfAbsent(term, _ -> new TreeSet<>()).add(entry.index())) {
            return;
        }
        Long earlier = changesSeen.get(term).lower(entry.index());
        assertThat(earlier == null ? 0 : earlier)
                .as("change of members before the one at %s in term %s", entry.index(), term)
                .isLessThanOrEqualTo(committed);
        try {
            promoted(ConfChange.parseFrom(entry.data()), entry.index());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("entry " + entry.index() + " does not parse", e);
        }
    }

    private void promoted(ConfChange change, long index) {
        if (Roster.isPromotion(change)) {
            assertThat(furthest.getOrDefault(change.getNodeId(), 0L))
                    .as(
                            "log of %x when it is to be promoted by entry %s",
                            change.getNodeId(), index)
                    .isGreaterThanOrEqualTo(index * READY_PERCENT / 100);
        }
    }

    private static List<String> hex(Set<Long> ids) {
        return ids.stream().map(Long::toHexString).toList();
    }
}
