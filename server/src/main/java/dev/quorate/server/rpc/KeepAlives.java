package dev.quorate.server.rpc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code Lease.LeaseKeepAlive}: the streams on which clients renew their leases. Thread-safe. */
final class KeepAlives {
    private static final long EXPIRED_TTL = 0;

    private final Set<Stream> needLeader = ConcurrentHashMap.newKeySet();
    private final Door door;
    private final Renewals renewals;

    KeepAlives(Door door, Renewals renewals) {
        this.door = door;
        this.renewals = renewals;
    }

    Inlet<LeaseKeepAliveRequest> open(Call call, Outlet outlet) {
        Stream stream = new Stream(call, outlet);
        if (call.requireLeader()) {
            needLeader.add(stream);
        }
        return stream;
    }

    /** Ends the streams that asked for a leader: the member has been without one for too long. */
    void leaderLost() {
        for (Stream stream : List.copyOf(needLeader)) {
            stream.fail(EtcdError.NO_LEADER.exception());
        }
    }

    /** One stream; renewals overlap, so it ends when the client has said so and all of them are answered. */
    private final class Stream implements Inlet<LeaseKeepAliveRequest> {
        private final Call call;
        private final Outlet outlet;
        private final AtomicInteger open = new AtomicInteger(1);

        Stream(Call call, Outlet outlet) {
            this.call = call;
            this.outlet = outlet;
        }

        @Override
        public void next(LeaseKeepAliveRequest request) {
            long id = request.getID();
            // Before the renewal, so that its revision is not younger than that.
            byte[] header = door.currentHeader();
            try {
                door.requireLeader(call);
                door.requireVoter();
                door.gate().keepAlive(call, id);
            } catch (StatusException refusal) {
                fail(refusal);
                return;
            }
            open.incrementAndGet();
            renewals.renew(
                    id,
                    new Renewals.Renewal() {
                        @Override
                        public void renewed(long ttlSeconds) {
                            answer(header, id, ttlSeconds);
                        }

                        @Override
                        public void refused(StatusException why) {
                            if (why == EtcdError.LEASE_NOT_FOUND.exception()) {
                                // Not an error, but a time that is over.
                                answer(header, id, EXPIRED_TTL);
                            } else {
                                fail(why);
                            }
                        }
                    });
        }

        private void answer(byte[] header, long id, long ttlSeconds) {
            outlet.send(
                    new HeadedPayload(
                            header,
                            LeaseKeepAliveResponse.newBuilder()
                                    .setID(id)
                                    .setTTL(ttlSeconds)
                                    .build()));
            closeOne();
        }

        @Override
        public void halfClosed() {
            closeOne();
        }

        private void closeOne() {
            if (open.decrementAndGet() == 0) {
                needLeader.remove(this);
                outlet.finish();
            }
        }

        @Override
        public void cancelled() {
            needLeader.remove(this);
        }

        void fail(StatusException why) {
            needLeader.remove(this);
            outlet.fail(why);
        }
    }
}
