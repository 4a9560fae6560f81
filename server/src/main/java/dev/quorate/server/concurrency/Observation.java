package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.proto.v3electionpb.LeaderResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One observer of an election: finds the leader, follows its key until it is deleted, finds the next. An observer that reads slowly
 * gets the newest proclamation only, which is all that the service promises.
 */
final class Observation {
    private final Member member;
    private final Call call;
    private final Call step;
    private final ByteString name;
    private final Outlet outlet;

    // Guarded by this.
    private @Nullable LocalWatch watch;
    private @Nullable LeaderResponse unsent;
    private boolean over;

    Observation(Member member, Call call, ByteString name, Outlet outlet) {
        this.member = member;
        this.call = call;
        this.step = Recipes.step(call);
        this.name = name;
        this.outlet = outlet;
    }

    void start() {
        call.cancellation().onCancel(this::end);
        find();
    }

    private void find() {
        member.kv()
                .range(
                        step,
                        Recipes.oldest(name),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(RangeResponse response) {
                                found(response);
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                // As in etcd the stream just ends; the client asks again.
                                if (end()) {
                                    outlet.finish();
                                }
                            }
                        });
    }

    private void found(RangeResponse response) {
        var header = response.getHeader();
        if (response.getKvsCount() == 0) {
            watch(
                    Recipes.prefix(name),
                    Recipes.prefixEnd(name),
                    header.getRevision(),
                    this::elected);
        } else {
            lead(header, response.getKvs(0));
        }
    }

    /** Nobody led; the first key that is put does. */
    private void elected(WatchResponse response) {
        for (var event : response.getEventsList()) {
            if (event.getType() == Event.EventType.PUT) {
                var revision = event.getKv().getModRevision();
                if (leave()) {
                    lead(
                            response.getHeader().toBuilder().setRevision(revision).build(),
                            event.getKv());
                }
                return;
            }
        }
    }

    private void lead(ResponseHeader header, KeyValue kv) {
        show(header, kv);
        watch(kv.getKey(), ByteString.EMPTY, header.getRevision() + 1, this::proclaimed);
    }

    private void proclaimed(WatchResponse response) {
        for (var event : response.getEventsList()) {
            if (event.getType() == Event.EventType.DELETE) {
                if (leave()) {
                    find();
                }
                return;
            }
            show(response.getHeader(), event.getKv());
        }
    }

    private synchronized void watch(
            ByteString key, ByteString rangeEnd, long from, Consumer<WatchResponse> next) {
        if (over) {
            return;
        }
        watch =
                LocalWatch.open(
                        member.hub(),
                        member.gate(),
                        following(),
                        key,
                        rangeEnd,
                        from,
                        new LocalWatch.Listener() {
                            @Override
                            public void events(WatchResponse response) {
                                next.accept(response);
                            }

                            @Override
                            public void ended(StatusException reason) {
                                lost(reason);
                            }
                        });
    }

    /** The watch ends with the member's leader when the observer asked for that. */
    private Call following() {
        return new Call(
                step.token(),
                step.commonName(),
                call.requireLeader(),
                step.clientApiVersion(),
                step.deadlineNanos(),
                step.cancellation());
    }

    private void lost(StatusException reason) {
        if (reason.equals(EtcdError.COMPACTED.exception())) {
            // Compacted between the look and the watch: look again.
            if (leave()) {
                find();
            }
        } else if (end()) {
            outlet.fail(reason);
        }
    }

    private void show(ResponseHeader header, KeyValue kv) {
        var response = LeaderResponse.newBuilder().setHeader(header).setKv(kv).build();
        synchronized (this) {
            if (over) {
                return;
            }
            boolean waiting = unsent != null;
            if (waiting || !outlet.isWritable()) {
                unsent = response;
                if (!waiting) {
                    outlet.onWritable(this::flush);
                }
                return;
            }
            outlet.send(Payload.of(response));
        }
    }

    private synchronized void flush() {
        var response = unsent;
        unsent = null;
        if (response != null && !over) {
            outlet.send(Payload.of(response));
        }
    }

    /** Closes the watch; false when the observation is over. */
    private synchronized boolean leave() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        return !over;
    }

    /** True for the one that ends the observation. */
    private synchronized boolean end() {
        boolean first = leave();
        over = true;
        unsent = null;
        return first;
    }
}
