package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call that puts its key under a name and waits for its turn. Steps run on whatever thread answers them; a caller that goes away is
 * answered at once, and its key is withdrawn as soon as it is known to exist.
 */
abstract class Contender implements OlderKeys.Outcome {
    final Member member;
    final Call step;
    final Call afterwards;
    private final Call call;
    private final ByteString name;
    private final Reply reply;

    // Guarded by this.
    private boolean answered;
    private boolean entered;
    private @Nullable OlderKeys waiting;

    Contender(Member member, Call call, ByteString name, Reply reply) {
        this.member = member;
        this.call = call;
        this.step = Recipes.step(call);
        this.afterwards = Recipes.afterwards(call);
        this.name = name;
        this.reply = reply;
    }

    /** Puts the key with a lease that exists. */
    abstract void enter(long lease);

    /** Takes the key back; what comes of it nobody waits for. */
    abstract void withdraw();

    ByteString name() {
        return name;
    }

    /** Starts with the caller's lease, or with one of its own for 0. */
    void start(long lease) {
        call.cancellation().onCancel(this::abandoned);
        if (isAnswered()) {
            return;
        }
        if (lease != 0) {
            enter(lease);
            return;
        }
        member.kv()
                .grant(
                        step,
                        Recipes.session(),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(LeaseGrantResponse response) {
                                if (!isAnswered()) {
                                    enter(response.getID());
                                }
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                refuse(Recipes.through(refusal));
                            }
                        });
    }

    /** Runs a transaction of the recipe; a refusal ends the call. */
    void txn(TxnRequest request, Consumer<TxnResponse> next) {
        member.kv()
                .txn(
                        step,
                        request,
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(TxnResponse response) {
                                next.accept(response);
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                refuse(Recipes.through(refusal));
                            }
                        });
    }

    /** Notes that the key exists; false when the caller has gone meanwhile, and the key with it. */
    boolean entered() {
        synchronized (this) {
            entered = true;
            if (!answered) {
                return true;
            }
        }
        withdraw();
        return false;
    }

    /** Waits until no key under the name is older than {@code createRevision}. */
    void awaitTurn(long createRevision) {
        var older = new OlderKeys(member, step, name, createRevision - 1, this);
        synchronized (this) {
            if (answered) {
                return;
            }
            waiting = older;
        }
        older.look();
    }

    synchronized boolean isAnswered() {
        return answered;
    }

    /** Answers the caller; nothing when it was answered or has gone, which the result tells. */
    boolean succeed(MessageLite response) {
        if (!answer()) {
            return false;
        }
        reply.succeed(Payload.of(response));
        return true;
    }

    boolean refuse(StatusException refusal) {
        if (!answer()) {
            return false;
        }
        reply.fail(refusal);
        return true;
    }

    private void abandoned() {
        boolean withdraw;
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
            withdraw = entered;
            if (waiting != null) {
                waiting.cancel();
            }
        }
        if (withdraw) {
            withdraw();
        }
        reply.fail(Recipes.contextCanceled());
    }

    private synchronized boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }
}
