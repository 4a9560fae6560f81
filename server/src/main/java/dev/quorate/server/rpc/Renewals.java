package dev.quorate.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.LeaseCheckpoint;
import dev.quorate.proto.etcdserverpb.LeaseCheckpointRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.server.node.Leadership;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.store.Outcome;
import dev.quorate.store.lease.Leases;
import java.util.function.LongSupplier;

/**
 * Renews leases: here if this member leads, else at the leader, whoever that is by then.
 *
 * <p>A leader renews first and asks a quorum afterwards whether it still leads: what it promises then is what the next leader has to start
 * from, however long this process was held up in between. If they say no, the renewal here means nothing. Thread-safe; never blocks.
 */
final class Renewals {
    private static final int NOT_FOUND = 404;
    private static final long NOT_RENEWED = -1;

    /** How a renewal ended; one of the two, once, on any thread. */
    interface Renewal {
        /**
         * It was renewed.
         *
         * @param ttlSeconds the time it has from now on, or 0 if it is over and its revocation is under way
         */
        void renewed(long ttlSeconds);

        void refused(StatusException why);
    }

    private final Node node;
    private final Leases leases;
    private final LeaderCalls leader;
    private final LongSupplier nanoClock;

    Renewals(Node node, Leases leases, LeaderCalls leader, LongSupplier nanoClock) {
        this.node = node;
        this.leases = leases;
        this.leader = leader;
        this.nanoClock = nanoClock;
    }

    /** Renews a lease wherever that can be done now. */
    void renew(long id, Renewal renewal) {
        byte[] question = LeaseKeepAliveRequest.newBuilder().setID(id).build().toByteArray();
        leader.ask(PeerRequest.post("/leases", question), new Anywhere(id, renewal));
    }

    private final class Anywhere implements LeaderCalls.Reaction {
        private final long id;
        private final Renewal renewal;

        Anywhere(long id, Renewal renewal) {
            this.id = id;
            this.renewal = renewal;
        }

        @Override
        public void leads(Runnable again) {
            renewHere(
                    id,
                    new Renewal() {
                        @Override
                        public void renewed(long ttlSeconds) {
                            renewal.renewed(ttlSeconds);
                        }

                        @Override
                        public void refused(StatusException why) {
                            if (why == EtcdError.LEASE_NOT_FOUND.exception()
                                    || why == EtcdError.STOPPED.exception()) {
                                renewal.refused(why);
                            } else {
                                // It leads no more, or has just begun to.
                                again.run();
                            }
                        }
                    });
        }

        @Override
        public boolean answered(PeerResponse response) {
            if (response.status() == NOT_FOUND) {
                renewal.refused(EtcdError.LEASE_NOT_FOUND.exception());
                return true;
            }
            if (!response.isOk()) {
                return false;
            }
            long ttl;
            try {
                ttl = LeaseKeepAliveResponse.parseFrom(response.body()).getTTL();
            } catch (InvalidProtocolBufferException _) {
                return false;
            }
            renewal.renewed(ttl);
            return true;
        }

        @Override
        public void late() {
            renewal.refused(EtcdError.TIMEOUT.exception());
        }
    }

    /** Renews a lease at this member, which has to lead. */
    void renewHere(long id, Renewal renewal) {
        Leadership before = node.leadership();
        if (!before.isLeader()) {
            renewal.refused(EtcdError.NOT_PRIMARY_LESSOR.exception());
            return;
        }
        long early = tryRenew(id);
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        confirmed(id, early, before.term(), renewal);
                    }

                    @Override
                    public void refused(StatusException why) {
                        renewal.refused(why);
                    }
                },
                Long.MAX_VALUE);
    }

    private long tryRenew(long id) {
        try {
            return leases.renew(id, nanoClock.getAsLong());
        } catch (StatusException _) {
            return NOT_RENEWED;
        }
    }

    /** Nobody else led until after the renewal; a lease that was not there then may be, now that everything is applied. */
    private void confirmed(long id, long early, long term, Renewal renewal) {
        Leadership now = node.leadership();
        if (!now.isLeader() || now.term() != term) {
            renewal.refused(EtcdError.NOT_PRIMARY_LESSOR.exception());
            return;
        }
        long ttl;
        try {
            ttl = early == NOT_RENEWED ? leases.renew(id, nanoClock.getAsLong()) : early;
        } catch (StatusException refusal) {
            renewal.refused(refusal);
            return;
        }
        if (ttl > 0 && leases.renewNeedsCheckpoint(id)) {
            forgetCheckpoint(id, ttl, term, renewal);
        } else {
            renewal.renewed(ttl);
        }
    }

    /** The lease has its full time again; an older checkpoint must not shorten it at the next leader, so that is agreed on first. */
    private void forgetCheckpoint(long id, long ttl, long term, Renewal renewal) {
        node.proposals()
                .proposeInTerm(
                        InternalRaftRequest.newBuilder()
                                .setLeaseCheckpoint(
                                        LeaseCheckpointRequest.newBuilder()
                                                .addCheckpoints(
                                                        LeaseCheckpoint.newBuilder().setID(id))),
                        term,
                        outcome -> {
                            if (outcome instanceof Outcome.Refused refused) {
                                renewal.refused(refused.why());
                            } else {
                                renewal.renewed(ttl);
                            }
                        });
    }
}
