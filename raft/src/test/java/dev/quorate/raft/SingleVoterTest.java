package dev.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.testkit.MemoryLog;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A group of one: everything depends on the member's own disk. */
class SingleVoterTest {
    private final MemoryLog log = new MemoryLog();
    private final Raft raft = start(true);

    private Raft start(boolean preVote) {
        log.confState(ConfState.ofVoters(List.of(7L)));
        return new Raft(
                new Config(7, 10, 1, 1 << 20, 1 << 20, 512, true, preVote, 0), log, new Random(1));
    }

    @Test
    void leadsAsSoonAsItsVoteIsDurable() {
        raft.campaign();
        Ready vote = raft.ready();
        assertThat(vote.hardState()).isEqualTo(new HardState(1, 7, 0));
        assertThat(vote.mustSync()).isTrue();
        assertThat(raft.role()).isEqualTo(Role.CANDIDATE);

        log.write(vote);
        raft.persisted(vote);
        assertThat(raft.role()).isEqualTo(Role.LEADER);
        assertThat(raft.committed()).isZero();

        Ready noOp = raft.ready();
        assertThat(noOp.toPersist()).containsExactly(Entry.noOp(1, 1));
        assertThat(noOp.toApply()).isEmpty();
        assertThat(noOp.softState()).isEqualTo(new SoftState(7, Role.LEADER));
        log.write(noOp);
        raft.persisted(1, 1);
        assertThat(raft.committed()).isEqualTo(1);

        Ready commit = raft.ready();
        assertThat(commit.toApply()).containsExactly(Entry.noOp(1, 1));
        assertThat(commit.hardState()).isEqualTo(new HardState(1, 7, 1));
        assertThat(commit.mustSync()).isFalse();
        assertThat(raft.hasReady()).isFalse();
    }

    @Test
    void answersReadsAtOnceOnlyAfterACommitInItsTerm() {
        byte[] early = {1};
        byte[] late = {2};
        raft.campaign();
        cycle();
        raft.readIndex(early);
        assertThat(raft.peek().readStates()).isEmpty();
        cycle();
        assertThat(raft.ready().readStates()).containsExactly(new ReadState(1, early));
        raft.readIndex(late);
        assertThat(raft.ready().readStates()).containsExactly(new ReadState(1, late));
    }

    @Test
    void looksWithoutTaking() {
        raft.campaign();
        Ready first = raft.peek();
        assertThat(raft.peek()).isEqualTo(first);
        assertThat(raft.ready()).isEqualTo(first);
        assertThat(raft.hasReady()).isFalse();
    }

    private void cycle() {
        Ready ready = raft.ready();
        log.write(ready);
        raft.persisted(ready);
    }
}
