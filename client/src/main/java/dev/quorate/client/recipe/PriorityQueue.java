package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortTarget;
import java.util.Locale;

/**
 * A queue that many fill and many empty: each element is taken once, those of the lowest number first, and of these the one that was added
 * first. Elements are keys below {@code NAME/}, where etcd's own recipe for Go takes them, too. Safe for use by any thread.
 */
public final class PriorityQueue {
    /** The last to be taken; the first is 0. */
    public static final int PRIORITY_MAX = 65_535;

    private final Elements elements;

    /** A queue by its name: a prefix of keys. Asks nothing of the cluster yet. */
    public PriorityQueue(Client client, String name) {
        this.elements = new Elements(client, name);
    }

    /**
     * Adds an element behind those of its priority.
     *
     * @param priority 0 to {@link #PRIORITY_MAX}, the lowest first
     * @throws IllegalArgumentException if it is another
     */
    public void add(int priority, ByteString value) {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new IllegalArgumentException(
                    "priority " + priority + " is not within 0 and " + PRIORITY_MAX);
        }
        elements.add(String.format(Locale.ROOT, "%05d/", priority), value);
    }

    /**
     * Takes the first element, and waits for one while there is none.
     *
     * @throws RpcException when the deadline passes
     */
    public ByteString take(Deadline deadline) {
        return elements.take(SortTarget.KEY, deadline);
    }
}
