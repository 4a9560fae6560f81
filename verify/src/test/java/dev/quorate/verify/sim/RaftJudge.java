package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.Entry;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Raft's promises (figure 3 of the paper), judged by what members send. From the appends follows which entry stands behind which, hence
 * each leader's log; from their commit indexes follows what is committed.
 */
final class RaftJudge {
    private record Known(long termBefore, Entry entry) {}

    private record Head(long index, long term) {}

    private record Ballot(long voter, long term) {}

    private final TreeMap<Long, TreeMap<Long, Known>> entries = new TreeMap<>();
    private final TreeMap<Long, Long> leaders = new TreeMap<>();
    private final java.util.HashMap<Ballot, Long> votes = new java.util.HashMap<>();
    private final TreeMap<Long, Head> heads = new TreeMap<>();

    /** How far the leader of each term has committed. A leader may stand still before its first message while later ones go on. */
    private final TreeMap<Long, Long> committedBy = new TreeMap<>();

    /** The term at each committed index; position 0 is the empty log. */
    private final List<Long> committedTerms = new ArrayList<>();

    private final Consumer<Entry> onCommitted;
    private final QuorumJudge quorums;
    private final LongUnaryOperator appliedAtLeast;

    /**
     * @param bootstrapEntries entries that every member begins with, all of term 1
     * @param onCommitted told of every committed entry behind them, in order, once
     * @param appliedAtLeast an index that the member of an id has applied
     */
    RaftJudge(
            int bootstrapEntries,
            Consumer<Entry> onCommitted,
            QuorumJudge quorums,
            LongUnaryOperator appliedAtLeast) {
        this.onCommitted = onCommitted;
        this.quorums = quorums;
        this.appliedAtLeast = appliedAtLeast;
        committedTerms.add(0L);
        for (int i = 0; i < bootstrapEntries; i++) {
            committedTerms.add(1L);
        }
    }

    /** The highest index known to be committed. */
    long committed() {
        return committedTerms.size() - 1;
    }

    /** The term of the entry at a committed index. */
    long committedTerm(long index) {
        return committedTerms.get((int) index);
    }

    int terms() {
        return leaders.size();
    }

    /** Who leads in the latest term in which somebody does; 0 at first. */
    long latestLeader() {
        return leaders.isEmpty() ? 0 : leaders.lastEntry().getValue();
    }

    long latestTerm() {
        return leaders.isEmpty() ? 0 : leaders.lastKey();
    }

    /** A message leaves a member. */
    void sent(Message message) {
        switch (message) {
            case AppendEntries append -> appended(append);
            case Heartbeat beat -> {
                leads(beat.from(), beat.term());
                commits(beat.term(), beat.commit());
            }
            case InstallSnapshot install -> {
                leads(install.from(), install.term());
                long index = install.snapshot().index();
                if (index <= committed()) {
                    assertThat(install.snapshot().term())
                            .as("a snapshot holds what is committed at %s", index)
                            .isEqualTo(committedTerm(index));
                }
            }
            case VoteReply reply -> {
                if (!reply.rejected()) {
                    votes(reply.from(), reply.term(), reply.to());
                }
            }
            case RequestVote request -> votes(request.from(), request.term(), request.from());
            case AppendReply reply -> {
                if (!reply.rejected()) {
                    quorums.acknowledged(reply);
                }
            }
            case HeartbeatReply _,
                    PreVoteReply _,
                    RequestPreVote _,
                    Propose _,
                    ReadIndex _,
                    ReadIndexReply _,
                    TimeoutNow _,
                    TransferLeader _ -> {}
        }
    }

    private void votes(long voter, long term, long candidate) {
        Long earlier = votes.putIfAbsent(new Ballot(voter, term), candidate);
        assertThat(earlier == null ? candidate : earlier)
                .as("whom %x votes for in term %s", voter, term)
                .isEqualTo(candidate);
        quorums.voted(voter, term, candidate);
    }

    /** Election safety. Returns whether the leader is new. */
    private boolean leads(long member, long term) {
        Long known = leaders.putIfAbsent(term, member);
        assertThat(known == null ? member : known)
                .as("the only leader of term %s", term)
                .isEqualTo(member);
        if (known == null) {
            quorums.leads(member, term, appliedAtLeast.applyAsLong(member));
        }
        return known == null;
    }

    private void appended(AppendEntries append) {
        boolean isNew = leads(append.from(), append.term());
        long termBefore = append.prevTerm();
        for (Entry entry : append.entries()) {
            matches(entry, termBefore);
            quorums.appended(append.term(), entry, append.commit());
            termBefore = entry.term();
        }
        Head head = heads.get(append.term());
        if (head == null || append.lastIndex() > head.index) {
            heads.put(append.term(), new Head(append.lastIndex(), termBefore));
        }
        if (isNew) {
            isComplete(append.term());
        }
        commits(append.term(), append.commit());
    }

    /** Log matching: index and term determine an entry and, with the term before it, everything before. */
    private void matches(Entry entry, long termBefore) {
        TreeMap<Long, Known> there = entries.computeIfAbsent(entry.index(), _ -> new TreeMap<>());
        Known known = there.putIfAbsent(entry.term(), new Known(termBefore, entry));
        if (known != null) {
            boolean same =
                    known.termBefore == termBefore
                            && known.entry.type() == entry.type()
                            && Arrays.equals(known.entry.data(), entry.data());
            assertThat(same)
                    .as("log matching at index %s, term %s", entry.index(), entry.term())
                    .isTrue();
        }
    }

    /** Leader completeness: a new leader has every entry that leaders of earlier terms committed. */
    private void isComplete(long term) {
        Head head = heads.get(term);
        long needed = 0;
        for (long index : committedBy.headMap(term).values()) {
            needed = Math.max(needed, index);
        }
        assertThat(head.index)
                .as("the log of the leader of term %s reaches what is committed", term)
                .isGreaterThanOrEqualTo(needed);
        Long found = termAt(head, needed);
        if (found != null && needed > 0) {
            assertThat(found)
                    .as("the leader of term %s has the entry committed at %s", term, needed)
                    .isEqualTo(committedTerm(needed));
        }
    }

    /** The term at an index of the log that ends at the head; null when no append has shown it. */
    private @Nullable Long termAt(Head head, long index) {
        long term = head.term;
        for (long at = head.index; at > index; at--) {
            TreeMap<Long, Known> there = entries.get(at);
            Known known = there == null ? null : there.get(term);
            if (known == null) {
                return null;
            }
            term = known.termBefore;
        }
        return term;
    }

    /** A leader says that everything up to the index is committed. */
    private void commits(long term, long index) {
        Head head = heads.get(term);
        if (index <= committed() || head == null || index > head.index) {
            return;
        }
        Long at = termAt(head, index);
        if (at == null) {
            return;
        }
        // Section 5.4.2: copies of earlier terms' entries prove nothing. Whatever else a leader
        // knows to be committed an earlier one has said before.
        assertThat(at)
                .as("term of the entry %s by which the leader of term %s commits", index, term)
                .isEqualTo(term);
        List<Known> more = new ArrayList<>();
        for (long i = index; i > committed(); i--) {
            TreeMap<Long, Known> there = entries.get(i);
            Known known = there == null ? null : there.get(at);
            if (known == null) {
                return;
            }
            more.add(known);
            at = known.termBefore;
        }
        assertThat(at)
                .as("what is committed behind %s continues what was committed", committed())
                .isEqualTo(committedTerm(committed()));
        for (Known known : more.reversed()) {
            committedTerms.add(known.entry.term());
            onCommitted.accept(known.entry);
        }
        committedBy.put(term, index);
        quorums.committed(leaders.get(term), term, index);
    }
}
