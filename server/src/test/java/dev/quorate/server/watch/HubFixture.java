package dev.quorate.server.watch;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.WatchCancelRequest;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchProgressRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Inlet;
import dev.quorate.store.mvcc.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A hub that the test drives by hand, turn by turn, on its own thread. */
public final class HubFixture {
    public final MemoryHistory history = new MemoryHistory();
    public final WatchHub hub;
    long nowNanos;
    long term = 2;
    public WatchGate gate = (_, _, _) -> null;

    public HubFixture() {
        this(WatchOptions.defaults(), 1);
    }

    HubFixture(WatchOptions options, long seed) {
        hub =
                new WatchHub(
                        history,
                        new WatchIdentity() {
                            @Override
                            public long clusterId() {
                                return -77;
                            }

                            @Override
                            public long memberId() {
                                return 88;
                            }

                            @Override
                            public long raftTerm() {
                                return term;
                            }
                        },
                        options,
                        new Random(seed),
                        () -> nowNanos);
    }

    /** A stream and its client. */
    final class Client {
        final TestOutlet outlet = new TestOutlet();
        final Inlet<WatchRequest> inlet;

        Client(boolean requireLeader) {
            var call =
                    new Call(
                            null,
                            null,
                            requireLeader,
                            "unknown",
                            Long.MAX_VALUE,
                            new Cancellation());
            inlet = hub.open(call, (c, k, e) -> gate.refusal(c, k, e), outlet);
        }

        Client create(WatchCreateRequest.Builder request) {
            inlet.next(WatchRequest.newBuilder().setCreateRequest(request).build());
            return this;
        }

        Client cancel(long id) {
            inlet.next(
                    WatchRequest.newBuilder()
                            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                            .build());
            return this;
        }

        Client progress() {
            inlet.next(
                    WatchRequest.newBuilder()
                            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                            .build());
            return this;
        }

        /** Everything received so far, printed one response a line. */
        List<String> received() {
            settle();
            return drain();
        }

        List<String> drain() {
            var lines = new ArrayList<String>();
            for (var r = outlet.poll(); r != null; r = outlet.poll()) {
                lines.add(Print.response(r));
            }
            return lines;
        }
    }

    Client client() {
        return new Client(false);
    }

    Client clientThatNeedsLeader() {
        return new Client(true);
    }

    static WatchCreateRequest.Builder key(String key) {
        return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
    }

    static WatchCreateRequest.Builder range(String key, String end) {
        return key(key).setRangeEnd(ByteString.copyFromUtf8(end));
    }

    /** Applies one transaction and publishes it. */
    public List<Change> write(MemoryHistory.Op... ops) {
        var changes = history.txn(ops);
        hub.publish(changes, history.currentRevision());
        return changes;
    }

    void put(String key, String value) {
        write(MemoryHistory.put(key, value));
    }

    void delete(String key) {
        write(MemoryHistory.delete(key));
    }

    /** Lets the hub work until there is nothing left to do. */
    public void settle() {
        for (int i = 0; i < 3; i++) {
            while (hub.turn()) {
                // more
            }
        }
    }
}
