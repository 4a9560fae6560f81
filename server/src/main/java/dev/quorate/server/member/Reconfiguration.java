package dev.quorate.server.member;

import dev.quorate.log.Log;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Status;
import dev.quorate.server.Transport;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.store.member.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a change of members is safe as far as the member that is asked can tell: nothing here is replicated, and {@code
 * --strict-reconfig-check=false} switches most of it off. The rules are etcd 3.7's.
 *
 * <p>A member has started when it has told its name. Thread-safe.
 */
public final class Reconfiguration {
    private static final Log LOG = Log.of(Reconfiguration.class);

    /** A connection younger than this may be about to break again. */
    private static final long HEALTHY_NANOS = 5_000_000_000L;

    /** A learner must have this share of the leader's log to be promoted. */
    private static final double READY_SHARE = 0.9;

    private final Membership membership;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final ServerMetrics.Member metrics;
    private final long selfId;
    private final boolean strict;

    /** @param strict {@code --strict-reconfig-check} */
    public Reconfiguration(
            Membership membership,
            Transport transport,
            LongSupplier nanoClock,
            ServerMetrics.Member metrics,
            long selfId,
            boolean strict) {
        this.membership = membership;
        this.transport = transport;
        this.nanoClock = nanoClock;
        this.metrics = metrics;
        this.selfId = selfId;
        this.strict = strict;
    }

    /** Refuses to add a member when the cluster could not bear that it never starts. */
    public void checkAdd(boolean learner) throws StatusException {
        if (!strict) {
            return;
        }
        if (!learner) {
            requireStartedToAdd();
        }
        List<Member> voters = voters();
        if (connected(voters, HEALTHY_NANOS) < quorum(voters.size() + 1) && voters.size() > 1) {
            LOG.warn(
                    "rejecting member add request; local member has not been connected to all peers, reconfigure breaks active"
                            + " quorum",
                    "local-member-id",
                    Ids.text(selfId),
                    "error",
                    EtcdError.UNHEALTHY.text());
            throw EtcdError.UNHEALTHY.exception();
        }
    }

    /** Refuses to remove a voter when too few would be left. */
    public void checkRemove(long id) throws StatusException {
        Member leaving = membership.member(id);
        if (!strict || (leaving != null && leaving.getIsLearner())) {
            return;
        }
        requireStartedToRemove(id);
        List<Member> voters = voters();
        if (id != selfId && transport.connectedNanos(id) == Transport.NOT_CONNECTED) {
            // Whoever is down is no part of the active quorum.
            return;
        }
        if (connected(voters, 0) - 1 < quorum(voters.size() - 1)) {
            LOG.warn(
                    "rejecting member remove request; local member has not been connected to all peers, reconfigure breaks"
                            + " active quorum",
                    "local-member-id",
                    Ids.text(selfId),
                    "requested-member-remove",
                    Ids.text(id),
                    "error",
                    EtcdError.UNHEALTHY.text());
            throw EtcdError.UNHEALTHY.exception();
        }
    }

    /**
     * Refuses to promote a learner that lags, or that would make a quorum of members that never started.
     *
     * @param status of this member, which leads
     */
    public void checkPromote(Status status, long id) throws StatusException {
        long leaderMatch = 0;
        Status.Member learner = null;
        for (Status.Member member : status.progress()) {
            if (member.id() == status.id()) {
                leaderMatch = member.match();
            }
            if (member.id() == id) {
                learner = member;
            }
        }
        if (learner == null) {
            // Not a member, or one so new that the core does not know how far it has come.
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        if (learner.match() < leaderMatch * READY_SHARE) {
            LOG.warn(
                    "rejecting promote learner: learner is not ready",
                    "learner-ready-percent",
                    (double) learner.match() / leaderMatch,
                    "ready-percent-threshold",
                    READY_SHARE);
            throw EtcdError.LEARNER_NOT_READY.exception();
        }
        if (strict) {
            requireStartedToPromote();
        }
    }

    /**
     * Why this leader should not append a change, or null. Whoever checked it may have known an older list of members: two that were asked
     * one change each could both find theirs safe, and both together would leave no quorum.
     */
    public @Nullable StatusException refusal(ConfChange change) {
        Member member = membership.member(change.getNodeId());
        boolean learns = member != null && member.getIsLearner();
        if (!strict) {
            return null;
        }
        try {
            switch (change.getType()) {
                case ConfChangeAddNode -> {
                    if (learns) {
                        requireStartedToPromote();
                    } else {
                        requireStartedToAdd();
                    }
                }
                case ConfChangeRemoveNode -> {
                    if (!learns) {
                        requireStartedToRemove(change.getNodeId());
                    }
                }
                case ConfChangeAddLearnerNode, ConfChangeUpdateNode -> {}
            }
            return null;
        } catch (StatusException refusal) {
            return refusal;
        }
    }

    private void requireStartedToAdd() throws StatusException {
        List<Member> voters = voters();
        int started = started(voters);
        boolean firstOfMany = started == 1 && voters.size() == 1;
        if (!firstOfMany && started < quorum(voters.size() + 1)) {
            refuse("add", started, quorum(voters.size() + 1));
        }
    }

    private void requireStartedToRemove(long id) throws StatusException {
        List<Member> rest = voters();
        rest.removeIf(member -> member.getID() == id);
        int started = started(rest);
        if (rest.isEmpty() || started < quorum(rest.size())) {
            refuse("remove", started, quorum(rest.size()));
        }
    }

    private void requireStartedToPromote() throws StatusException {
        List<Member> voters = voters();
        int started = started(voters) + 1;
        if (started < quorum(voters.size() + 1)) {
            refuse("promote", started, quorum(voters.size() + 1));
        }
    }

    /** Counts how a promotion ended: by this refusal, or well if there is none. */
    public void promotionEnded(@Nullable StatusException refusal) {
        if (refusal == null) {
            metrics.learnerPromoteSuccesses.increment();
        } else {
            metrics.learnerPromoteFailures.with(reason(refusal)).increment();
        }
    }

    /** In etcd this is counted before the error is translated for clients. */
    private static String reason(StatusException refusal) {
        String text = refusal.description();
        if (text.equals(EtcdError.MEMBER_NOT_FOUND.text())) {
            return "membership: ID not found";
        }
        return text.equals(EtcdError.MEMBER_NOT_LEARNER.text())
                ? "membership: can only promote a learner member"
                : text;
    }

    private static void refuse(String what, int started, int quorum) throws StatusException {
        LOG.warn(
                "rejecting member " + what + "; started member will be less than quorum",
                "number-of-started-member",
                started,
                "quorum",
                quorum,
                "error",
                EtcdError.MEMBER_NOT_ENOUGH_STARTED.text());
        throw EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
    }

    private List<Member> voters() {
        List<Member> voters = new ArrayList<>(membership.members());
        voters.removeIf(Member::getIsLearner);
        return voters;
    }

    private static int started(List<Member> members) {
        int started = 0;
        for (Member member : members) {
            started += member.getName().isEmpty() ? 0 : 1;
        }
        return started;
    }

    /** How many of the members this one has been connected to for so long, itself included. */
    private int connected(List<Member> members, long minNanos) {
        long now = nanoClock.getAsLong();
        int connected = 0;
        for (Member member : members) {
            long since = transport.connectedNanos(member.getID());
            boolean counts =
                    member.getID() == selfId
                            || (since != Transport.NOT_CONNECTED && now - since >= minNanos);
            connected += counts ? 1 : 0;
        }
        return connected;
    }

    private static int quorum(int members) {
        return members / 2 + 1;
    }
}
