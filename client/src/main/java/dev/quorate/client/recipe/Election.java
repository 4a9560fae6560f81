package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An election: one session at a time is the leader and says something; others wait for their turn or look on.
 *
 * <p>Belongs to one session, and is used by one thread at a time.
 */
public final class Election {
    private final Session session;
    private final String prefix;
    private final ByteString key;
    private long revision;

    /** An election by its name, for a candidate that lives as long as the session. Asks nothing of the cluster yet. */
    public Election(Session session, String name) {
        this.session = session;
        this.prefix = Queueing.prefix(name);
        this.key = Queueing.key(prefix, session.lease());
    }

    /** The key that stands for this session. */
    public ByteString key() {
        return key;
    }

    /** At which revision this session stood for election; 0 if it does not. */
    public long revision() {
        return revision;
    }

    /**
     * Stands for election and waits to become the leader.
     *
     * @param value what the leader says
     * @throws RpcException when the deadline passes; the candidature ends then
     */
    public void campaign(ByteString value, Deadline deadline) {
        Client client = session.client();
        RequestOp put =
                RequestOp.newBuilder()
                        .setRequestPut(
                                PutRequest.newBuilder()
                                        .setKey(key)
                                        .setValue(value)
                                        .setLease(session.lease()))
                        .build();
        RequestOp get =
                RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key))
                        .build();
        TxnResponse answer =
                client.kv()
                        .txn(
                                TxnRequest.newBuilder()
                                        .addCompare(Queueing.absent(key))
                                        .addSuccess(put)
                                        .addFailure(get)
                                        .build());
        revision = answer.getHeader().getRevision();
        try {
            if (!answer.getSucceeded()) {
                KeyValue mine = answer.getResponses(0).getResponseRange().getKvs(0);
                revision = mine.getCreateRevision();
                if (!mine.getValue().equals(value)) {
                    proclaim(value);
                }
            }
            Queueing.awaitTurn(client, prefix, revision, deadline);
        } catch (RuntimeException e) {
            resign();
            throw e;
        }
    }

    /**
     * Lets the leader say something else.
     *
     * @throws RecipeException if this session is not, or no longer, a candidate
     */
    public void proclaim(ByteString value) {
        TxnResponse answer =
                session.client()
                        .kv()
                        .txn(
                                TxnRequest.newBuilder()
                                        .addCompare(Queueing.created(key, revision))
                                        .addSuccess(
                                                RequestOp.newBuilder()
                                                        .setRequestPut(
                                                                PutRequest.newBuilder()
                                                                        .setKey(key)
                                                                        .setValue(value)
                                                                        .setLease(session.lease())))
                                        .build());
        if (revision == 0 || !answer.getSucceeded()) {
            revision = 0;
            throw new RecipeException("election: not leader");
        }
    }

    /** Steps down, or ends the candidature. */
    public void resign() {
        if (revision == 0) {
            return;
        }
        session.client()
                .kv()
                .txn(
                        TxnRequest.newBuilder()
                                .addCompare(Queueing.created(key, revision))
                                .addSuccess(
                                        RequestOp.newBuilder()
                                                .setRequestDeleteRange(
                                                        DeleteRangeRequest.newBuilder()
                                                                .setKey(key)))
                                .build());
        revision = 0;
    }

    /** The leader of now, if there is one. */
    public Optional<KeyValue> leader() {
        RangeResponse answer = session.client().kv().range(Queueing.first(prefix));
        return answer.getKvsCount() == 0 ? Optional.empty() : Optional.of(answer.getKvs(0));
    }

    /**
     * Looks on: hears of the leader of now, of everything that it says, and of every leader after it, until the deadline passes or the thread is
     * interrupted. May leave out what was said in between when much happens.
     *
     * @throws RpcException in the end
     */
    public void observe(Consumer<RangeResponse> listener, Deadline deadline) {
        while (true) {
            RangeResponse answer = session.client().kv().range(Queueing.first(prefix));
            if (answer.getKvsCount() == 0) {
                answer = awaitCandidate(answer.getHeader().getRevision() + 1, deadline);
            }
            if (answer.getKvsCount() > 0) {
                listener.accept(answer);
                long from = answer.getHeader().getRevision() + 1;
                follow(answer.getKvs(0).getKey(), from, listener, deadline);
            }
        }
    }

    /** The first to stand for election, who leads however short; empty if the watch ended before. */
    private RangeResponse awaitCandidate(long from, Deadline deadline) {
        try (Watch watch =
                session.client().watches().prefix(ByteString.copyFromUtf8(prefix), from)) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                for (Event event : answer.getEventsList()) {
                    if (event.getType() == Event.EventType.PUT) {
                        return said(answer, event).toBuilder()
                                .setHeader(
                                        answer.getHeader().toBuilder()
                                                .setRevision(event.getKv().getModRevision()))
                                .build();
                    }
                }
            }
        }
        return RangeResponse.getDefaultInstance();
    }

    private static RangeResponse said(WatchResponse answer, Event event) {
        return RangeResponse.newBuilder()
                .setHeader(answer.getHeader())
                .addKvs(event.getKv())
                .setCount(1)
                .build();
    }

    private void follow(
            ByteString leader, long from, Consumer<RangeResponse> listener, Deadline deadline) {
        WatchCreateRequest request =
                WatchCreateRequest.newBuilder().setKey(leader).setStartRevision(from).build();
        try (Watch watch = session.client().watches().open(request)) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                for (Event event : answer.getEventsList()) {
                    if (event.getType() == Event.EventType.DELETE) {
                        return;
                    }
                    listener.accept(said(answer, event));
                }
            }
        }
    }
}
