package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortTarget;

/**
 * A queue that many fill and many empty: each element is taken once, in the order in which elements were added. Safe for use by any thread.
 */
public final class FifoQueue {
    private final Elements elements;

    /** A queue by its name: a prefix of keys. Asks nothing of the cluster yet. */
    public FifoQueue(Client client, String name) {
        this.elements = new Elements(client, name);
    }

    /** Adds an element at the end. */
    public void add(ByteString value) {
        elements.add("", value);
    }

    /**
     * Takes the first element, and waits for one while there is none.
     *
     * @throws RpcException when the deadline passes
     */
    public ByteString take(Deadline deadline) {
        return elements.take(SortTarget.CREATE, deadline);
    }
}
