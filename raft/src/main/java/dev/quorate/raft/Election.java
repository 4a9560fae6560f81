package dev.quorate.raft;

import dev.quorate.raft.message.PreVoteReply;
import dev.quorate.raft.message.RequestPreVote;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.VoteReply;
import dev.quorate.raft.quorum.Ballot;
import dev.quorate.raft.quorum.IdSet;
import dev.quorate.raft.quorum.VoteResult;

/** Standing for election, and voting in the elections of others. */
final class Election {
    private final Core core;
    private final Leadership leadership;
    private IdSet granted = IdSet.EMPTY;
    private IdSet rejected = IdSet.EMPTY;

    Election(Core core, Leadership leadership) {
        this.core = core;
        this.leadership = leadership;
    }

    /** Time is up, or somebody wants an election. */
    void begin() {
        if (isAllowed()) {
            if (core.config.preVote()) {
                beginPreVote();
            } else {
                beginVote(false);
            }
        }
    }

    /** The leader wants this member to take over: no poll, and no lease holds others back. */
    void beginTransfer() {
        if (isAllowed()) {
            beginVote(true);
        }
    }

    private boolean isAllowed() {
        // With an unapplied change of members the votes might be counted by the wrong rule.
        return core.role() != Role.LEADER
                && core.isPromotable()
                && !core.log.hasUnappliedConfChange();
    }

    private void beginPreVote() {
        core.becomePreCandidate();
        clearBallots();
        IdSet voters = core.membership().allVoters();
        for (int i = 0; i < voters.size(); i++) {
            long to = voters.at(i);
            if (to != core.id) {
                core.send(
                        new RequestPreVote(
                                core.id,
                                to,
                                core.term() + 1,
                                core.log.lastIndex(),
                                core.log.lastTerm()));
            }
        }
        // Nothing is promised by a poll, so the own ballot counts at once.
        count(core.id, false);
    }

    private void beginVote(boolean transfer) {
        core.becomeCandidate();
        clearBallots();
        IdSet voters = core.membership().allVoters();
        for (int i = 0; i < voters.size(); i++) {
            long to = voters.at(i);
            if (to != core.id) {
                core.send(
                        new RequestVote(
                                core.id,
                                to,
                                core.term(),
                                core.log.lastIndex(),
                                core.log.lastTerm(),
                                transfer));
            }
        }
    }

    private void clearBallots() {
        granted = IdSet.EMPTY;
        rejected = IdSet.EMPTY;
    }

    /** A hard state is durable: if it holds the candidate's vote for itself, that vote counts. */
    void onDurable(HardState state) {
        if (core.role() == Role.CANDIDATE
                && state.term() == core.term()
                && state.vote() == core.id) {
            count(core.id, false);
        }
    }

    void onVoteReply(VoteReply reply) {
        if (core.role() == Role.CANDIDATE) {
            count(reply.from(), reply.rejected());
        }
    }

    void onPreVoteReply(PreVoteReply reply) {
        if (core.role() == Role.PRE_CANDIDATE) {
            count(reply.from(), reply.rejected());
        }
    }

    private void count(long voter, boolean rejects) {
        if (granted.contains(voter) || rejected.contains(voter)) {
            return; // the first ballot counts
        }
        if (rejects) {
            rejected = rejected.with(voter);
        } else {
            granted = granted.with(voter);
        }
        switch (result()) {
            case PENDING -> {}
            case WON -> win();
            case LOST -> core.becomeFollower(core.term(), 0);
        }
    }

    private VoteResult result() {
        return core.quorum().vote(this::ballot);
    }

    private Ballot ballot(long voter) {
        if (granted.contains(voter)) {
            return Ballot.GRANTED;
        }
        return rejected.contains(voter) ? Ballot.REJECTED : Ballot.MISSING;
    }

    private void win() {
        if (core.role() == Role.PRE_CANDIDATE) {
            beginVote(false);
        } else {
            leadership.begin();
        }
    }

    // Voting for others

    void onRequestVote(RequestVote request) {
        boolean grant =
                isFreeFor(request.from())
                        && core.log.isUpToDate(request.lastIndex(), request.lastTerm());
        if (grant) {
            core.grantVote(request.from());
        }
        core.send(new VoteReply(core.id, request.from(), core.term(), !grant));
    }

    private boolean isFreeFor(long candidate) {
        return core.vote() == candidate || (core.vote() == 0 && core.leader() == 0);
    }

    void onRequestPreVote(RequestPreVote request) {
        boolean free = request.term() > core.term() || isFreeFor(request.from());
        boolean grant = free && core.log.isUpToDate(request.lastIndex(), request.lastTerm());
        long term = grant ? request.term() : core.term();
        core.send(new PreVoteReply(core.id, request.from(), term, !grant));
    }
}
