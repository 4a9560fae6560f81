package dev.quorate.server.watch;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;

/** A client that reads as much as the test lets it. */
final class TestOutlet implements Outlet {
    private final ArrayDeque<WatchResponse> received = new ArrayDeque<>();
    private final ArrayList<Runnable> actions = new ArrayList<>();

    /** Messages that may be sent before the outlet is full. */
    int room = Integer.MAX_VALUE;

    StatusException status;

    @Override
    public void send(Payload message) {
        if (status == null) {
            room--;
            received.add((WatchResponse) message.message());
        }
    }

    @Override
    public boolean isWritable() {
        return room > 0;
    }

    @Override
    public void onWritable(Runnable action) {
        if (isWritable()) {
            action.run();
        } else {
            actions.add(action);
        }
    }

    void makeRoom(int messages) {
        room = messages;
        var due = new ArrayList<>(actions);
        actions.clear();
        due.forEach(Runnable::run);
    }

    WatchResponse poll() {
        return received.poll();
    }

    boolean isEmpty() {
        return received.isEmpty();
    }

    @Override
    public void finish() {
        throw new AssertionError("a watch stream never ends with OK");
    }

    @Override
    public void fail(StatusException refusal) {
        if (status == null) {
            status = refusal;
        }
    }
}
