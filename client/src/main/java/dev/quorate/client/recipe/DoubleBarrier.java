package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Prefix;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;

/** A room that a number of sessions enter together and leave together. Each object is one participant, used by one thread at a time. */
public final class DoubleBarrier {
    private final Session session;
    private final ByteString waiters;
    private final ByteString key;
    private final int count;

    /**
     * @param count how many enter together
     */
    public DoubleBarrier(Session session, String name, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a room for " + count);
        }
        this.session = session;
        this.waiters = ByteString.copyFromUtf8(name + "/waiters/");
        this.key = waiters.concat(ByteString.copyFromUtf8(Long.toHexString(session.lease())));
        this.count = count;
    }

    /**
     * Enters, and waits until as many as were agreed are in.
     *
     * @throws RpcException when the deadline passes; the participant is out again then
     */
    public void enter(Deadline deadline) {
        session.client()
                .kv()
                .put(PutRequest.newBuilder().setKey(key).setLease(session.lease()).build());
        try {
            awaitCount(true, deadline);
        } catch (RuntimeException e) {
            session.client().kv().delete(key);
            throw e;
        }
    }

    /** Leaves, and waits until all others have left. */
    public void leave(Deadline deadline) {
        session.client().kv().delete(key);
        awaitCount(false, deadline);
    }

    private void awaitCount(boolean full, Deadline deadline) {
        Client client = session.client();
        while (true) {
            RangeResponse inside =
                    client.kv()
                            .range(
                                    RangeRequest.newBuilder()
                                            .setKey(waiters)
                                            .setRangeEnd(Prefix.end(waiters))
                                            .setCountOnly(true)
                                            .build());
            if (full ? inside.getCount() >= count : inside.getCount() == 0) {
                return;
            }
            awaitChange(client, inside.getHeader().getRevision() + 1, deadline);
        }
    }

    private void awaitChange(Client client, long from, Deadline deadline) {
        try (Watch watch = client.watches().requireLeader().prefix(waiters, from)) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                if (answer.getEventsCount() > 0) {
                    return;
                }
            }
        }
    }
}
