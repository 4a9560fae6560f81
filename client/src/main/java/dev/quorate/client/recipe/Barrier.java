package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;

/** A gate: whoever comes while it is held waits until it is released. Safe for use by any thread. */
public final class Barrier {
    private final Client client;
    private final ByteString key;

    /** A barrier by its name: a key. Asks nothing of the cluster yet. */
    public Barrier(Client client, String name) {
        this.client = client;
        this.key = ByteString.copyFromUtf8(name);
    }

    /**
     * Closes the gate.
     *
     * @throws RecipeException if it is closed already
     */
    public void hold() {
        TxnRequest request =
                TxnRequest.newBuilder()
                        .addCompare(Queueing.absent(key))
                        .addSuccess(
                                RequestOp.newBuilder()
                                        .setRequestPut(PutRequest.newBuilder().setKey(key)))
                        .build();
        if (!client.kv().txn(request).getSucceeded()) {
            throw new RecipeException("barrier: held already");
        }
    }

    /** Opens the gate for all who wait. */
    public void release() {
        client.kv().delete(key);
    }

    /**
     * Waits while the gate is closed.
     *
     * @throws RpcException when the deadline passes
     */
    public void await(Deadline deadline) {
        RangeResponse held = client.kv().get(key);
        if (held.getKvsCount() > 0) {
            Queueing.awaitDelete(client, key, held.getHeader().getRevision() + 1, deadline);
        }
    }
}
