package dev.quorate.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Role;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.VoteReply;
import dev.quorate.raft.testkit.MemoryLog;
import dev.quorate.raft.testkit.TestMember;
import dev.quorate.raft.testkit.Words;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must hold whatever happens, judged from outside: the checks know what members say and what
 * is on their disks, not how they decide.
 */
final class Invariants {
    private final Collection<TestMember> members;
    private final SortedMap<Long, Long> leaders = new TreeMap<>();
    private final SortedMap<String, String> entries = new TreeMap<>();
    private final SortedMap<String, Long> votes = new TreeMap<>();
    private final SortedMap<Long, Entry> committed = new TreeMap<>();
    private final SortedMap<Long, String> states = new TreeMap<>();
    private final SortedMap<Long, Long> commitIndexes = new TreeMap<>();
    private final SortedMap<String, Long> reads = new TreeMap<>();
    private int readsAnswered;

    Invariants(Collection<TestMember> members) {
        this.members = members;
    }

    long committedIndex() {
        return committed.isEmpty() ? 0 : committed.lastKey();
    }

    int elections() {
        return leaders.size();
    }

    int readsAnswered() {
        return readsAnswered;
    }

    /** Promises: whatever a message says must be on the sender's disk when it leaves. */
    void sent(TestMember member, Message message) {
        HardState disk = member.disk.hardState();
        switch (message) {
            case VoteReply reply when !reply.rejected() -> {
                assertThat(hasVoted(disk, reply.term(), reply.to()))
                        .as(() -> "vote is durable: " + Words.of(message) + ", " + disk)
                        .isTrue();
                recordVote(member.id, reply.term(), reply.to());
            }
            case RequestVote request -> {
                assertThat(hasVoted(disk, request.term(), member.id))
                        .as(() -> "own vote is durable: " + Words.of(message) + ", " + disk)
                        .isTrue();
                recordVote(member.id, request.term(), member.id);
            }
            case AppendReply reply when !reply.rejected() ->
                    assertThat(
                                    disk.term() > reply.term()
                                            || member.disk.lastIndex() >= reply.index())
                            .as(() -> "entries are durable: " + Words.of(message))
                            .isTrue();
            default -> {}
        }
    }

    private static boolean hasVoted(HardState disk, long term, long candidate) {
        return disk.term() > term || (disk.term() == term && disk.vote() == candidate);
    }

    /** One vote per member and term, for ever. */
    private void recordVote(long voter, long term, long candidate) {
        Long earlier = votes.putIfAbsent(voter + " in " + term, candidate);
        assertThat(earlier == null || earlier == candidate)
                .as("member %d votes once in term %d", voter, term)
                .isTrue();
    }

    /** Log matching, by induction: an entry determines its content and the term before it. */
    void written(TestMember member, List<Entry> written) {
        for (Entry entry : written) {
            String content = member.disk.term(entry.index() - 1) + " then " + Words.of(entry);
            String known = entries.putIfAbsent(entry.term() + "/" + entry.index(), content);
            assertThat(known == null ? content : known).as("log matching").isEqualTo(content);
        }
    }

    /** All members apply the same entries and reach the same states. */
    void applied(TestMember member, Entry entry) {
        assertThat(committed.get(entry.index())).as("applied entry is committed").isEqualTo(entry);
        assertThat(member.disk.term(entry.index()))
                .as("applied entry is durable at the member")
                .isEqualTo(entry.term());
        sameState(member, entry.index());
    }

    void restored(TestMember member, Snapshot snapshot) {
        sameState(member, snapshot.index());
    }

    private void sameState(TestMember member, long index) {
        String state = member.state() + " " + member.confState();
        String known = states.putIfAbsent(index, state);
        assertThat(state).as("state after %d", index).isEqualTo(known == null ? state : known);
    }

    /** After every event. */
    void check() {
        for (TestMember member : members) {
            if (member.isUp()) {
                checkCommit(member);
                checkLeader(member);
            }
        }
    }

    private void checkCommit(TestMember member) {
        long before = commitIndexes.getOrDefault(member.id, 0L);
        long now = member.raft().committed();
        if (now == before) {
            return;
        }
        assertThat(now).as("commit index of %d", member.id).isGreaterThan(before);
        commitIndexes.put(member.id, now);
        if (now > committedIndex()) {
            assertThat(member.raft().role())
                    .as("only a leader commits first")
                    .isEqualTo(Role.LEADER);
            for (long index = committedIndex() + 1; index <= now; index++) {
                Entry entry = member.entryAt(index);
                committed.put(index, entry);
            }
            assertThat(committed.get(now).term())
                    .as("a leader commits by an entry of its own term")
                    .isEqualTo(member.raft().term());
            checkDurable(member.raft().confState(), now);
        }
    }

    /** What a leader commits is on the disks of a majority at that moment, and stays there. */
    private void checkDurable(ConfState conf, long index) {
        assertThat(isMajority(conf.voters(), index)).as("a majority has %d", index).isTrue();
        if (!conf.votersOutgoing().isEmpty()) {
            assertThat(isMajority(conf.votersOutgoing(), index)).as("outgoing too").isTrue();
        }
    }

    private boolean isMajority(List<Long> voters, long index) {
        long having =
                members.stream()
                        .filter(m -> voters.contains(m.id))
                        .filter(m -> has(m.disk, index))
                        .count();
        return having > voters.size() / 2;
    }

    private boolean has(MemoryLog disk, long index) {
        return disk.storedSnapshot().index() >= index
                || (index <= disk.lastIndex() && disk.term(index) == committed.get(index).term());
    }

    private void checkLeader(TestMember member) {
        if (member.raft().role() != Role.LEADER) {
            return;
        }
        Long known = leaders.putIfAbsent(member.raft().term(), member.id);
        if (known == null) {
            checkElected(member);
            checkComplete(member);
        } else if (known != member.id) {
            fail("two leaders in term %d: %d and %d", member.raft().term(), known, member.id);
        }
    }

    /** A new leader has the votes of a majority, in a joint configuration of two. */
    private void checkElected(TestMember member) {
        ConfState conf = member.raft().confState();
        assertThat(hasVotes(conf.voters(), member)).as("votes for %d", member.id).isTrue();
        if (!conf.votersOutgoing().isEmpty()) {
            assertThat(hasVotes(conf.votersOutgoing(), member)).as("outgoing ones too").isTrue();
        }
    }

    private boolean hasVotes(List<Long> voters, TestMember candidate) {
        String term = " in " + candidate.raft().term();
        long votes =
                voters.stream()
                        .filter(id ->
                                id == candidate.id
                                        || Long.valueOf(candidate.id)
                                                .equals(this.votes.get(id + term)))
                        .count();
        return votes > voters.size() / 2;
    }

    /** A new leader has everything that was ever committed. */
    private void checkComplete(TestMember member) {
        assertThat(member.raft().lastIndex()).as("leader's log").isGreaterThan(committedIndex());
        for (Entry entry : committed.tailMap(member.disk.firstIndex()).values()) {
            assertThat(member.entryAt(entry.index())).as("leader's log").isEqualTo(entry);
        }
    }

    void readRequested(String context) {
        reads.put(context, committedIndex());
    }

    /** A read sees at least what was committed when it was asked for. */
    void readAnswered(String context, long index) {
        assertThat(index)
                .as("index for read %s", context)
                .isGreaterThanOrEqualTo(reads.get(context));
        readsAnswered++;
    }

    /** A crash may forget how far the commit index was known to be. */
    void crashed(TestMember member) {
        commitIndexes.put(member.id, 0L);
    }
}
