package dev.quorate.server.rpc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.node.Node;
import dev.quorate.server.node.Waiter;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Header;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.store.Outcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What every service does the same way: propose on behalf of a caller, read linearizably, put a header in front of the answer. */
final class Door {
    private final Node node;
    private final long memberId;
    private final Header header;
    private final Gate gate;
    private final LongSupplier revision;
    private final Runnable raiseNoSpace;
    private final Set<PatientOutlet> needLeader = ConcurrentHashMap.newKeySet();

    /**
     * @param revision the store's current revision, for answers that have none of their own
     * @param raiseNoSpace proposes this member's alarm
     */
    Door(
            Node node,
            long memberId,
            Header header,
            Gate gate,
            LongSupplier revision,
            Runnable raiseNoSpace) {
        this.node = node;
        this.memberId = memberId;
        this.header = header;
        this.gate = gate;
        this.revision = revision;
        this.raiseNoSpace = raiseNoSpace;
    }

    Header header() {
        return header;
    }

    Gate gate() {
        return gate;
    }

    Node node() {
        return node;
    }

    /** The header's bytes with the store's current revision. */
    byte[] currentHeader() {
        return header.field(revision.getAsLong());
    }

    /** Replicates the request in the caller's name and answers with the outcome. */
    void propose(Call call, InternalRaftRequest.Builder request, Reply reply) {
        propose(call, request, outcome -> answer(outcome, reply), reply);
    }

    /** Replicates the request in the caller's name; {@code reply} hears only why it could not be proposed. */
    void propose(Call call, InternalRaftRequest.Builder request, Waiter waiter, Reply reply) {
        try {
            requireVoter();
            var caller = gate.requestHeader(call);
            if (caller != null) {
                request.setHeader(caller);
            }
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        node.proposals().propose(request, waiter);
    }

    void answer(Outcome outcome, Reply reply) {
        switch (outcome) {
            case Outcome.Done done ->
                    reply.succeed(
                            new HeadedPayload(header.field(done.revision()), done.response()));
            case Outcome.Refused refused -> {
                if (refused.overQuota()) {
                    raiseNoSpace.run();
                }
                reply.fail(refused.why());
            }
            case Outcome.Skipped _ ->
                    throw new IllegalStateException("an entry with a waiting caller was skipped");
        }
    }

    /**
     * Runs a read when it may be answered: at once if it is serializable, else when it is linearizable.
     *
     * @param refused hears why it cannot be answered
     */
    void whenReadable(Call call, boolean serializable, Reply refused, Runnable read) {
        whenReadable(call, serializable, false, refused, read);
    }

    /** The same; {@code isShort} when it takes no longer than to read one record, so that any thread may run it. */
    void whenReadable(
            Call call, boolean serializable, boolean isShort, Reply refused, Runnable read) {
        try {
            if (!serializable) {
                requireVoter();
            }
        } catch (StatusException refusal) {
            refused.fail(refusal);
            return;
        }
        if (serializable) {
            read.run();
            return;
        }
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        read.run();
                    }

                    @Override
                    public void refused(StatusException why) {
                        refused.fail(why);
                    }

                    @Override
                    public boolean isShort() {
                        return isShort;
                    }
                },
                call.deadlineNanos());
    }

    /** The sending side of a stream from a thread that may block; close it in the end. It ends early if the caller insists on a leader and it is lost. */
    PatientOutlet patient(Call call, Outlet outlet) {
        var patient = new PatientOutlet(outlet, call.cancellation(), needLeader::remove);
        if (call.requireLeader()) {
            needLeader.add(patient);
        }
        return patient;
    }

    /** The member has been without a leader for too long. */
    void leaderLost() {
        needLeader.forEach(outlet -> outlet.end(EtcdError.NO_LEADER.exception()));
    }

    /** A caller that insists on a leader is refused when there is none. */
    void requireLeader(Call call) throws StatusException {
        if (call.requireLeader() && node.leadership().leader() == 0) {
            throw EtcdError.NO_LEADER.exception();
        }
    }

    /** A learner serves next to nothing, since it may lag without knowing. */
    void requireVoter() throws StatusException {
        if (node.members().learners().contains(memberId)) {
            throw EtcdError.NOT_SUPPORTED_FOR_LEARNER.exception();
        }
    }

    /** The refusing half of a reply, for streams. */
    static Reply refusing(Outlet outlet) {
        return new Reply() {
            @Override
            public void succeed(Payload response) {
                throw new IllegalStateException("a stream is not answered at once");
            }

            @Override
            public void fail(StatusException refusal) {
                outlet.fail(refusal);
            }
        };
    }
}
