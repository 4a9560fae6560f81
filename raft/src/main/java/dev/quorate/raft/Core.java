package dev.quorate.raft;

import dev.quorate.raft.change.Membership;
import dev.quorate.raft.log.RaftLog;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.progress.Progress;
import dev.quorate.raft.progress.ProgressMap;
import dev.quorate.raft.quorum.IdSet;
import dev.quorate.raft.quorum.JointQuorum;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state that all roles share, and the transitions between roles. {@link Raft} draws them;
 * nothing else changes term, vote, role or leader.
 */
final class Core {
    final Config config;
    final long id;
    final RaftLog log;
    final ProgressMap progress = new ProgressMap();
    final Outbox outbox = new Outbox();
    final List<ReadState> readStates = new ArrayList<>();
    private final RandomGenerator random;

    private Membership membership = Membership.EMPTY;
    private JointQuorum quorum = membership.quorum();
    private long term;
    private long vote;
    private long leader;
    private Role role = Role.FOLLOWER;
    private int electionTimeout;

    /** Ticks since the last sign of a leader; as leader, since the last check of the quorum. */
    int electionElapsed;

    /** Ticks since the last heartbeat. */
    int heartbeatElapsed;

    /** Whom leadership is being handed to, 0 for nobody. */
    long transferee;

    /** Whether its own writes make no progress, so that it is not fit to lead. */
    boolean stalled;

    Core(Config config, LogStorage storage, RandomGenerator random) {
        this.config = config;
        this.id = config.id();
        this.random = random;
        this.log = new RaftLog(storage, config.appliedIndex(), config.maxCommittedBytesPerReady());
        HardState state = storage.hardState();
        this.term = state.term();
        this.vote = state.vote();
        membership(Membership.of(storage.confState()));
        becomeFollower(term, 0);
    }

    long term() {
        return term;
    }

    long vote() {
        return vote;
    }

    long leader() {
        return leader;
    }

    Role role() {
        return role;
    }

    Membership membership() {
        return membership;
    }

    JointQuorum quorum() {
        return quorum;
    }

    HardState hardState() {
        return new HardState(term, vote, log.committed());
    }

    SoftState softState() {
        return new SoftState(leader, role);
    }

    void send(Message message) {
        Check.that(message.to() != id && message.to() != 0, "nobody to send to", message.to(), id);
        outbox.send(message);
    }

    /** Installs a membership; the progress of members that stay is kept. */
    void membership(Membership changed) {
        membership = changed;
        quorum = changed.quorum();
        long next = Math.max(log.lastIndex(), 1);
        progress.retain(changed.members(), changed.learners(), next, config.maxInflightMessages());
    }

    /** Whether this member may stand for election. */
    boolean isPromotable() {
        // While a snapshot is coming in, the membership here may be ahead of the state machine.
        return membership.allVoters().contains(id) && !log.hasIncomingSnapshot() && !stalled;
    }

    boolean isElectionDue() {
        return electionElapsed >= electionTimeout;
    }

    // Transitions

    void becomeFollower(long newTerm, long newLeader) {
        reset(newTerm);
        role = Role.FOLLOWER;
        leader = newLeader;
    }

    void becomePreCandidate() {
        Check.that(role != Role.LEADER, "a leader does not ask for votes");
        role = Role.PRE_CANDIDATE;
        leader = 0;
    }

    void becomeCandidate() {
        Check.that(role != Role.LEADER, "a leader does not ask for votes");
        reset(term + 1);
        role = Role.CANDIDATE;
        vote = id;
    }

    void becomeLeader() {
        Check.that(role == Role.CANDIDATE, "only a candidate becomes leader");
        reset(term);
        role = Role.LEADER;
        leader = id;
        Progress own = progress.get(id);
        if (own != null) {
            own.becomeReplicate();
            own.recentlyActive(true);
        }
    }

    /** A follower hears from the leader of its term. */
    void follow(long newLeader) {
        Check.that(role == Role.FOLLOWER, "only followers follow");
        electionElapsed = 0;
        leader = newLeader;
    }

    /**
     * The leader is gone. Those who remain stand for election one after the other, by their ids and two ticks apart, instead of at random
     * times: they learn of it at about the same time, and two candidates at once would take each other's votes.
     */
    void loseLeader() {
        int before = 0;
        IdSet voters = membership.allVoters();
        for (int i = 0; i < voters.size(); i++) {
            before += voters.at(i) < id && voters.at(i) != leader ? 1 : 0;
        }
        leader = 0;
        electionElapsed = Math.max(0, electionTimeout - 1 - 2 * before);
    }

    void grantVote(long candidate) {
        Check.that(vote == 0 || vote == candidate, "a second vote in one term", vote, candidate);
        electionElapsed = 0;
        vote = candidate;
    }

    private void reset(long newTerm) {
        Check.that(newTerm >= term, "the term falls", newTerm, term);
        if (newTerm != term) {
            term = newTerm;
            vote = 0;
        }
        leader = 0;
        electionElapsed = 0;
        heartbeatElapsed = 0;
        electionTimeout = config.electionTicks() + random.nextInt(config.electionTicks());
        transferee = 0;
        resetProgress();
    }

    private void resetProgress() {
        for (int i = 0; i < progress.size(); i++) {
            Progress member = progress.at(i);
            member.reset(log.lastIndex() + 1);
            if (progress.idAt(i) == id) {
                member.acknowledge(log.durableIndex());
            }
        }
    }
}
