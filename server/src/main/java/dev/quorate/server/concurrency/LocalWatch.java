package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.watch.WatchGate;
import dev.quorate.server.watch.WatchHub;

/** One watch inside the member, as its caller may have it. */
final class LocalWatch implements Outlet {
    /** Called on the hub's thread; must not block. */
    interface Listener {
        void events(WatchResponse response);

        /** The watch is over, though nobody closed it: {@link EtcdError#COMPACTED} when compaction overtook it. */
        void ended(StatusException reason);
    }

    private final Listener listener;
    private final Inlet<WatchRequest> inlet;
    private volatile boolean closed;

    private LocalWatch(WatchHub hub, WatchGate gate, Call call, Listener listener) {
        this.listener = listener;
        this.inlet = hub.open(call, gate, this);
    }

    /**
     * Opens a watch.
     *
     * @param rangeEnd empty for one key
     * @param from the first revision to hear of
     */
    static LocalWatch open(
            WatchHub hub,
            WatchGate gate,
            Call call,
            ByteString key,
            ByteString rangeEnd,
            long from,
            Listener listener) {
        var watch = new LocalWatch(hub, gate, call, listener);
        var request =
                WatchCreateRequest.newBuilder()
                        .setKey(key)
                        .setRangeEnd(rangeEnd)
                        .setStartRevision(from);
        watch.inlet.next(WatchRequest.newBuilder().setCreateRequest(request).build());
        return watch;
    }

    /** Ends the watch; the listener hears nothing more. Any thread. */
    void close() {
        if (!closed) {
            closed = true;
            inlet.cancelled();
        }
    }

    @Override
    public void send(Payload message) {
        if (closed) {
            return;
        }
        var response = (WatchResponse) message.message();
        if (response.getCanceled()) {
            close();
            listener.ended(
                    response.getCompactRevision() != 0
                            ? EtcdError.COMPACTED.exception()
                            : new StatusException(Code.UNKNOWN, response.getCancelReason()));
        } else if (response.getEventsCount() > 0) {
            listener.events(response);
        }
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void onWritable(Runnable action) {
        action.run();
    }

    @Override
    public void finish() {
        fail(EtcdError.STOPPED.exception());
    }

    @Override
    public void fail(StatusException refusal) {
        if (!closed) {
            closed = true;
            listener.ended(refusal);
        }
    }
}
