package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.server.service.Call;
import org.jspecify.annotations.Nullable;

/**
 * Waits until no key under a name is older than a revision. It watches the youngest of them only, so that a key that goes wakes one
 * waiter and not all.
 */
final class OlderKeys {
    /** Told once, on any thread, unless the wait was canceled. */
    interface Outcome {
        void gone();

        void failed(StatusException refusal);
    }

    private final Member member;
    private final Call call;
    private final ByteString name;
    private final long createRevisionMax;
    private final Outcome outcome;

    // Guarded by this.
    private @Nullable LocalWatch watch;
    private boolean over;

    OlderKeys(Member member, Call call, ByteString name, long createRevisionMax, Outcome outcome) {
        this.member = member;
        this.call = call;
        this.name = name;
        this.createRevisionMax = createRevisionMax;
        this.outcome = outcome;
    }

    /** Looks for the youngest older key, now and after each time one went. */
    void look() {
        member.kv()
                .range(
                        call,
                        Recipes.youngest(name, createRevisionMax),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(RangeResponse response) {
                                found(response);
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                if (end()) {
                                    outcome.failed(Recipes.through(refusal));
                                }
                            }
                        });
    }

    /** Ends the wait without an outcome. */
    void cancel() {
        end();
    }

    private void found(RangeResponse response) {
        if (response.getKvsCount() > 0) {
            follow(response.getKvs(0).getKey(), response.getHeader().getRevision());
        } else if (end()) {
            outcome.gone();
        }
    }

    private synchronized void follow(ByteString key, long from) {
        if (over) {
            return;
        }
        watch =
                LocalWatch.open(
                        member.hub(),
                        member.gate(),
                        call,
                        key,
                        ByteString.EMPTY,
                        from,
                        new LocalWatch.Listener() {
                            @Override
                            public void events(WatchResponse response) {
                                changed(response);
                            }

                            @Override
                            public void ended(StatusException reason) {
                                lost(reason);
                            }
                        });
    }

    private void changed(WatchResponse response) {
        for (var event : response.getEventsList()) {
            if (event.getType() == Event.EventType.DELETE) {
                if (leave()) {
                    look();
                }
                return;
            }
        }
    }

    private void lost(StatusException reason) {
        if (reason.equals(EtcdError.COMPACTED.exception())) {
            // Compacted between the look and the watch: look again.
            if (leave()) {
                look();
            }
        } else if (end()) {
            outcome.failed(reason);
        }
    }

    /** Closes the watch; false when the wait is over. */
    private synchronized boolean leave() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        return !over;
    }

    /** True for the one that ends the wait. */
    private synchronized boolean end() {
        boolean first = leave();
        over = true;
        return first;
    }
}
