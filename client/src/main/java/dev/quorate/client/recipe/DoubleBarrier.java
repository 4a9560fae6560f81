package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Prefix;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room that a number of sessions enter together and leave together, as often as they like. Each object is one participant, used by one
 * thread at a time.
 *
 * <p>Each participant has a key of its session. Whoever sees enough of them writes the key {@code NAME/ready}: from then on those who came
 * before it are in, also if some are gone again when the others look. Those who came later wait for the next time.
 */
public final class DoubleBarrier {
    private final Session session;
    private final ByteString prefix;
    private final ByteString waiters;
    private final ByteString ready;
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
        this.prefix = ByteString.copyFromUtf8(name + "/");
        this.waiters = ByteString.copyFromUtf8(name + "/waiters/");
        this.ready = ByteString.copyFromUtf8(name + "/ready");
        this.key = waiters.concat(ByteString.copyFromUtf8(Long.toHexString(session.lease())));
        this.count = count;
    }

    /** Who is there, at one revision. */
    private record Room(long revision, List<KeyValue> waiters, @Nullable KeyValue ready) {
        /** Who is in since the room was last full. */
        long inside() {
            return ready == null ? 0 : waiters.stream().filter(this::isIn).count();
        }

        boolean isIn(KeyValue waiter) {
            return ready != null && waiter.getCreateRevision() < ready.getModRevision();
        }
    }

    /**
     * Enters, and waits until as many as were agreed are in.
     *
     * @throws RpcException when the deadline passes; the participant is out again then
     * @throws RecipeException if the session ended meanwhile
     */
    public void enter(Deadline deadline) {
        session.client()
                .kv()
                .put(PutRequest.newBuilder().setKey(key).setLease(session.lease()).build());
        try {
            awaitFull(deadline);
        } catch (RuntimeException e) {
            session.client().kv().delete(key);
            throw e;
        }
    }

    private void awaitFull(Deadline deadline) {
        while (true) {
            Room room = look();
            KeyValue self =
                    room.waiters.stream()
                            .filter(waiter -> waiter.getKey().equals(key))
                            .findFirst()
                            .orElseThrow(() -> new RecipeException("the session has ended"));
            if (room.isIn(self)) {
                return;
            }
            if (room.ready == null && room.waiters.size() >= count) {
                declareFull();
            } else if (room.ready != null && room.inside() == 0) {
                clear(room.ready); // nobody of those who were in lived to do it
            } else {
                awaitChange(room.revision + 1, deadline);
            }
        }
    }

    /** Leaves, and waits until all others that were in have left. */
    public void leave(Deadline deadline) {
        session.client().kv().delete(key);
        while (true) {
            Room room = look();
            if (room.ready == null) {
                return;
            }
            if (room.inside() == 0) {
                clear(room.ready);
                return;
            }
            awaitChange(room.revision + 1, deadline);
        }
    }

    private Room look() {
        RangeResponse all =
                session.client()
                        .kv()
                        .range(
                                RangeRequest.newBuilder()
                                        .setKey(prefix)
                                        .setRangeEnd(Prefix.end(prefix))
                                        .build());
        return new Room(
                all.getHeader().getRevision(),
                all.getKvsList().stream().filter(kv -> kv.getKey().startsWith(waiters)).toList(),
                all.getKvsList().stream()
                        .filter(kv -> kv.getKey().equals(ready))
                        .findFirst()
                        .orElse(null));
    }

    private void declareFull() {
        session.client()
                .kv()
                .txn(
                        TxnRequest.newBuilder()
                                .addCompare(Queueing.absent(ready))
                                .addSuccess(
                                        RequestOp.newBuilder()
                                                .setRequestPut(
                                                        PutRequest.newBuilder().setKey(ready)))
                                .build());
    }

    /** For whoever comes next. */
    private void clear(KeyValue full) {
        Compare same = Queueing.created(ready, full.getCreateRevision());
        session.client()
                .kv()
                .txn(
                        TxnRequest.newBuilder()
                                .addCompare(same)
                                .addSuccess(
                                        RequestOp.newBuilder()
                                                .setRequestDeleteRange(
                                                        DeleteRangeRequest.newBuilder()
                                                                .setKey(ready)))
                                .build());
    }

    private void awaitChange(long from, Deadline deadline) {
        Client client = session.client();
        try (Watch watch = client.watches().requireLeader().prefix(prefix, from)) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                if (answer.getEventsCount() > 0) {
                    return;
                }
            }
        }
    }
}
