package dev.quorate.client;

import dev.quorate.client.rpc.Channel;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.WatchCancelRequest;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchProgressRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches that share one stream. When the stream breaks, another one is opened, perhaps to another member, and every watch is created again
 * at the revision behind its last event.
 *
 * <p>Watches are created one at a time, because answers to creations of older servers say only by their order which is meant. Has one thread,
 * which reads. Safe for use by any thread.
 */
public final class WatchGroup implements AutoCloseable {
    private static final Method<WatchRequest, WatchResponse> WATCH =
            new Method<>("/etcdserverpb.Watch/Watch", WatchResponse.parser(), true);

    private final Channel channel;
    private final boolean requireLeader;

    /** Guarded by the monitor of this object, as is the rest. */
    private final Deque<Watch> toCreate = new ArrayDeque<>();

    private final Map<Long, Watch> active = new HashMap<>();
    private @Nullable Watch creating;
    private @Nullable StreamCall<WatchRequest, WatchResponse> stream;
    private boolean progressWanted;
    private boolean running;
    private boolean closed;

    WatchGroup(Channel channel, boolean requireLeader) {
        this.channel = channel;
        this.requireLeader = requireLeader;
    }

    /** Begins to watch. Returns at once; {@link Watch#awaitCreated} waits until the server knows. */
    public Watch open(WatchCreateRequest request) {
        return open(request, false);
    }

    synchronized Watch open(WatchCreateRequest request, boolean ownsGroup) {
        if (closed) {
            throw new IllegalStateException("the group of watches is closed");
        }
        Watch watch = new Watch(this, request, ownsGroup);
        toCreate.add(watch);
        if (!running) {
            running = true;
            Thread.ofPlatform().name("etcd-watch").daemon(true).start(this::run);
        } else {
            createNext();
        }
        return watch;
    }

    /** Asks, once all watches opened before are created, for a response without events that says how far all of the group are. */
    public synchronized void requestProgress() {
        progressWanted = true;
        createNext();
    }

    private void run() {
        while (true) {
            StreamCall<WatchRequest, WatchResponse> open = null;
            try {
                open = channel.stream(WATCH, Deadline.never(), requireLeader);
                if (!adopt(open)) {
                    open.close();
                    return;
                }
                read(open);
            } catch (RpcException e) {
                if (open != null) {
                    open.close();
                }
                if (isClosed()) {
                    return;
                }
                if (!isPassing(e, open)) {
                    failAll(e);
                    return;
                }
            } catch (InterruptedException e) {
                failAll(RpcException.interrupted());
                return;
            }
            if (isClosed()) {
                return;
            }
            channel.pause(Deadline.never());
        }
    }

    /** Whether another stream may do better. */
    private boolean isPassing(
            RpcException failure, @Nullable StreamCall<WatchRequest, WatchResponse> open) {
        if (open != null && Channel.isAboutToken(failure)) {
            return channel.renewToken(open.token());
        }
        return failure.code() == Code.UNAVAILABLE
                || failure.code() == Code.INTERNAL
                || failure.fate() == RpcException.Fate.UNKNOWN;
    }

    /** Puts all watches back among those that are to be created, in the order in which they were opened. */
    private synchronized boolean adopt(StreamCall<WatchRequest, WatchResponse> opened) {
        if (closed) {
            return false;
        }
        List<Watch> again = new ArrayList<>(active.values());
        if (creating != null) {
            again.add(creating);
        }
        active.clear();
        creating = null;
        for (Watch watch : again) {
            watch.id = -1;
            if (!watch.isClosed()) {
                toCreate.addFirst(watch);
            }
        }
        stream = opened;
        createNext();
        return true;
    }

    private synchronized void createNext() {
        StreamCall<WatchRequest, WatchResponse> open = stream;
        if (open == null || creating != null) {
            return;
        }
        Watch next = toCreate.poll();
        while (next != null && next.isClosed()) {
            next = toCreate.poll();
        }
        if (next != null) {
            creating = next;
            open.send(WatchRequest.newBuilder().setCreateRequest(next.creation()).build());
        } else if (progressWanted) {
            progressWanted = false;
            open.send(
                    WatchRequest.newBuilder()
                            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                            .build());
        }
    }

    private void read(StreamCall<WatchRequest, WatchResponse> open) throws InterruptedException {
        WatchResponse answer;
        while ((answer = open.next()) != null) {
            if (answer.getCreated()) {
                created(answer);
            } else if (answer.getWatchId() == -1 && !answer.getCanceled()) {
                for (Watch watch : watches()) {
                    watch.deliver(answer);
                }
            } else {
                Watch watch = find(answer.getWatchId(), answer.getCanceled());
                if (watch != null) {
                    watch.deliver(answer);
                }
            }
        }
    }

    private void created(WatchResponse answer) throws InterruptedException {
        Watch watch;
        synchronized (this) {
            watch = creating;
            creating = null;
            if (watch != null && !answer.getCanceled()) {
                watch.id = answer.getWatchId();
                active.put(watch.id, watch);
            }
        }
        if (watch == null) {
            return;
        }
        if (answer.getCanceled() && wantsLogin(answer.getCancelReason())) {
            synchronized (this) {
                toCreate.addFirst(watch);
            }
            throw new RpcException(
                    EtcdError.INVALID_AUTH_TOKEN.code(),
                    EtcdError.INVALID_AUTH_TOKEN.text(),
                    EtcdError.INVALID_AUTH_TOKEN.text(),
                    RpcException.Fate.ANSWERED);
        }
        if (answer.getCanceled()) {
            watch.deliver(answer);
        } else {
            watch.created(answer);
            if (watch.isClosed()) {
                cancel(watch);
            }
        }
        createNext();
    }

    private static boolean wantsLogin(String reason) {
        return reason.equals(EtcdError.INVALID_AUTH_TOKEN.exception().goText())
                || reason.equals(EtcdError.AUTH_OLD_REVISION.exception().goText());
    }

    private synchronized List<Watch> watches() {
        return List.copyOf(active.values());
    }

    private synchronized @Nullable Watch find(long id, boolean last) {
        return last ? active.remove(id) : active.get(id);
    }

    void cancel(Watch watch) {
        StreamCall<WatchRequest, WatchResponse> open;
        synchronized (this) {
            toCreate.remove(watch);
            open = active.remove(watch.id) == null ? null : stream;
        }
        if (open != null) {
            open.send(
                    WatchRequest.newBuilder()
                            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watch.id))
                            .build());
        }
    }

    private void failAll(RpcException cause) {
        List<Watch> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(active.values());
            all.addAll(toCreate);
            if (creating != null) {
                all.add(creating);
            }
        }
        all.forEach(watch -> watch.fail(cause));
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends all watches of the group. */
    @Override
    public void close() {
        StreamCall<WatchRequest, WatchResponse> open;
        synchronized (this) {
            closed = true;
            open = stream;
        }
        if (open != null) {
            open.close();
        }
        failAll(RpcException.cancelled());
    }
}
