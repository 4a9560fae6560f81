package dev.quorate.verify.history;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects what clients did. Thread-safe; the order of its own calls is the order of the history, whatever clock the callers have. */
public final class Recorder {
    private record Call(int client, long at, KvRequest request) {}

    private final List<Operation> finished = new ArrayList<>();
    private final TreeMap<Long, Call> open = new TreeMap<>();
    private long now;

    /** A client is about to send a request; returns a ticket for what becomes of it. */
    public synchronized long called(int client, KvRequest request) {
        long at = ++now;
        open.put(at, new Call(client, at, request));
        return at;
    }

    /** The answer has arrived. */
    public synchronized void answered(long ticket, KvResponse response) {
        Call call = take(ticket);
        finished.add(new Operation(call.client, call.at, ++now, call.request, response));
    }

    /** Nobody will ever know whether it was or will be carried out. */
    public synchronized void lost(long ticket) {
        Call call = take(ticket);
        finished.add(new Operation(call.client, call.at, Operation.NEVER, call.request, null));
    }

    /** It was refused before it could have any effect. */
    public synchronized void refused(long ticket) {
        take(ticket);
    }

    private Call take(long ticket) {
        Call call = open.remove(ticket);
        if (call == null) {
            throw new IllegalArgumentException("no call " + ticket + " is under way");
        }
        return call;
    }

    /** Everything so far; calls under way count as lost. */
    public synchronized List<Operation> history() {
        List<Operation> all = new ArrayList<>(finished);
        for (Call call : open.values()) {
            all.add(new Operation(call.client, call.at, Operation.NEVER, call.request, null));
        }
        return all;
    }
}
