package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;

/**
 * A lock that one session at a time holds; those that wait get it in the order in which they asked.
 *
 * <p>{@link #revision} grows from holder to holder: give it along with what is done under the lock, and let the other side refuse smaller
 * ones. Belongs to one session, and is used by one thread at a time.
 */
public final class Mutex {
    private final Session session;
    private final String prefix;
    private final ByteString key;
    private long revision;
    private long headerRevision;

    /** A lock by its name, which the session would hold. Asks nothing of the cluster yet. */
    public Mutex(Session session, String name) {
        this.session = session;
        this.prefix = Queueing.prefix(name);
        this.key = Queueing.key(prefix, session.lease());
    }

    /** The key that stands for this session in the line. */
    public ByteString key() {
        return key;
    }

    /** At which revision this session stood in line; 0 if it does not. */
    public long revision() {
        return revision;
    }

    /** The revision of the store when the lock was got. */
    public long headerRevision() {
        return headerRevision;
    }

    /**
     * Waits for the lock.
     *
     * @throws RpcException when the deadline passes; the place in the line is given up then
     * @throws RecipeException if the session ended while waiting
     */
    public void lock(Deadline deadline) {
        TxnResponse answer = standInLine();
        RangeResponse owner = answer.getResponses(1).getResponseRange();
        boolean mine = owner.getKvsCount() == 0 || owner.getKvs(0).getCreateRevision() == revision;
        headerRevision = answer.getHeader().getRevision();
        if (mine) {
            return;
        }
        try {
            Queueing.awaitTurn(session.client(), prefix, revision, deadline);
            RangeResponse now = session.client().kv().get(key);
            if (now.getKvsCount() == 0) {
                throw new RecipeException("mutex: session is expired");
            }
            headerRevision = now.getHeader().getRevision();
        } catch (RuntimeException e) {
            unlock();
            throw e;
        }
    }

    /**
     * Takes the lock if nobody holds it.
     *
     * @return whether it was taken
     */
    public boolean tryLock() {
        TxnResponse answer = standInLine();
        RangeResponse owner = answer.getResponses(1).getResponseRange();
        headerRevision = answer.getHeader().getRevision();
        if (owner.getKvsCount() == 0 || owner.getKvs(0).getCreateRevision() == revision) {
            return true;
        }
        unlock();
        return false;
    }

    private TxnResponse standInLine() {
        Client client = session.client();
        RequestOp put =
                RequestOp.newBuilder()
                        .setRequestPut(
                                PutRequest.newBuilder().setKey(key).setLease(session.lease()))
                        .build();
        RequestOp get =
                RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key))
                        .build();
        RequestOp first = RequestOp.newBuilder().setRequestRange(Queueing.first(prefix)).build();
        TxnResponse answer =
                client.kv()
                        .txn(
                                TxnRequest.newBuilder()
                                        .addCompare(Queueing.absent(key))
                                        .addSuccess(put)
                                        .addSuccess(first)
                                        .addFailure(get)
                                        .addFailure(first)
                                        .build());
        revision =
                answer.getSucceeded()
                        ? answer.getHeader().getRevision()
                        : answer.getResponses(0).getResponseRange().getKvs(0).getCreateRevision();
        return answer;
    }

    /** Gives the lock, or the place in the line, to the next. */
    public void unlock() {
        session.client().kv().delete(key);
        revision = 0;
    }
}
