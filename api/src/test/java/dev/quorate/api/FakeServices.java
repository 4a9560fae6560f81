package dev.quorate.api;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.SnapshotRequest;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.service.Services;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Methods that show what the transport does: they echo, wait, fail and stream. Keys choose the behaviour. */
final class FakeServices implements Services, Services.Health {
    static final ResponseHeader HEADER =
            ResponseHeader.newBuilder()
                    .setClusterId(0x8fffffffffffffffL)
                    .setMemberId(7)
                    .setRevision(42)
                    .setRaftTerm(2)
                    .build();

    /** Answers leave on this executor. */
    private final Executor executor;

    volatile @Nullable Call lastCall;
    volatile @Nullable TxnRequest lastTxn;
    volatile List<String> alarms = List.of();
    volatile boolean leader = true;
    volatile String linearizable = "";
    volatile String corruption = "";
    final AtomicInteger cancelled = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger halfClosed = new AtomicInteger();
    final AtomicLong snapshotSentBytes = new AtomicLong();
    final List<Outlet> watches = new CopyOnWriteArrayList<>();

    FakeServices(Executor executor) {
        this.executor = executor;
    }

    @Override
    public List<Rpc> all() {
        return List.of(
                new Rpc.Unary<>(
                        "etcdserverpb.KV",
                        "Range",
                        RangeRequest.getDefaultInstance(),
                        RangeResponse.getDefaultInstance(),
                        this::range),
                new Rpc.Unary<>(
                        "etcdserverpb.KV",
                        "Put",
                        PutRequest.getDefaultInstance(),
                        PutResponse.getDefaultInstance(),
                        this::put),
                new Rpc.Unary<>(
                        "etcdserverpb.KV",
                        "Txn",
                        TxnRequest.getDefaultInstance(),
                        TxnResponse.getDefaultInstance(),
                        this::txn),
                new Rpc.BidiStream<>(
                        "etcdserverpb.Watch",
                        "Watch",
                        WatchRequest.getDefaultInstance(),
                        WatchResponse.getDefaultInstance(),
                        this::watch),
                new Rpc.BidiStream<>(
                        "etcdserverpb.Lease",
                        "LeaseKeepAlive",
                        LeaseKeepAliveRequest.getDefaultInstance(),
                        LeaseKeepAliveResponse.getDefaultInstance(),
                        this::keepAlive),
                new Rpc.ServerStream<>(
                        "etcdserverpb.Maintenance",
                        "Snapshot",
                        SnapshotRequest.getDefaultInstance(),
                        SnapshotResponse.getDefaultInstance(),
                        this::snapshot));
    }

    private void range(Call call, RangeRequest request, Reply reply) {
        lastCall = call;
        switch (request.getKey().toStringUtf8()) {
            case "" -> reply.fail(EtcdError.EMPTY_KEY.exception());
            case "boom" -> throw new IllegalStateException("boom");
            case "wait" -> {
                waiting.incrementAndGet();
                call.cancellation().onCancel(cancelled::incrementAndGet);
            }
            default -> {
                var response =
                        RangeResponse.newBuilder()
                                .setHeader(HEADER)
                                .addKvs(
                                        KeyValue.newBuilder()
                                                .setKey(request.getKey())
                                                .setValue(request.getKey()))
                                .setCount(1)
                                .build();
                executor.execute(() -> reply.succeed(Payload.of(response)));
            }
        }
    }

    private void put(Call call, PutRequest request, Reply reply) {
        lastCall = call;
        var response = PutResponse.newBuilder().setHeader(HEADER);
        if (request.getPrevKv()) {
            response.setPrevKv(
                    KeyValue.newBuilder().setKey(request.getKey()).setValue(request.getValue()));
        }
        executor.execute(() -> reply.succeed(Payload.of(response.build())));
    }

    private void txn(Call call, TxnRequest request, Reply reply) {
        lastTxn = request;
        reply.succeed(Payload.of(TxnResponse.newBuilder().setHeader(HEADER).build()));
    }

    private Inlet<WatchRequest> watch(Call call, Outlet outlet) {
        lastCall = call;
        watches.add(outlet);
        return new Inlet<>() {
            @Override
            public void next(WatchRequest request) {
                switch (request.getRequestUnionCase()) {
                    case CREATE_REQUEST -> create(request.getCreateRequest().getKey(), outlet);
                    case CANCEL_REQUEST ->
                            send(
                                    outlet,
                                    WatchResponse.newBuilder()
                                            .setHeader(HEADER)
                                            .setCanceled(true)
                                            .setWatchId(request.getCancelRequest().getWatchId())
                                            .build());
                    case PROGRESS_REQUEST, REQUESTUNION_NOT_SET -> {}
                }
            }

            @Override
            public void halfClosed() {
                halfClosed.incrementAndGet();
            }

            @Override
            public void cancelled() {
                watches.remove(outlet);
                cancelled.incrementAndGet();
            }
        };
    }

    private void create(ByteString key, Outlet outlet) {
        if (key.toStringUtf8().equals("fail")) {
            outlet.fail(EtcdError.NO_LEADER.exception());
            return;
        }
        send(outlet, WatchResponse.newBuilder().setHeader(HEADER).setCreated(true).build());
        if (key.toStringUtf8().equals("late-fail")) {
            outlet.fail(EtcdError.NO_LEADER.exception());
        }
    }

    private void send(Outlet outlet, WatchResponse response) {
        executor.execute(() -> outlet.send(Payload.of(response)));
    }

    private Inlet<LeaseKeepAliveRequest> keepAlive(Call call, Outlet outlet) {
        return new Inlet<>() {
            @Override
            public void next(LeaseKeepAliveRequest request) {
                outlet.send(
                        Payload.of(
                                LeaseKeepAliveResponse.newBuilder()
                                        .setHeader(HEADER)
                                        .setID(request.getID())
                                        .build()));
            }

            @Override
            public void halfClosed() {
                outlet.finish();
            }

            @Override
            public void cancelled() {
                cancelled.incrementAndGet();
            }
        };
    }

    static final int SNAPSHOT_CHUNKS = 1024;
    static final int SNAPSHOT_CHUNK_BYTES = 32 * 1024;

    private void snapshot(Call call, SnapshotRequest request, Outlet outlet) {
        var chunk =
                Payload.of(
                        SnapshotResponse.newBuilder()
                                .setBlob(ByteString.copyFrom(new byte[SNAPSHOT_CHUNK_BYTES]))
                                .build());
        new Runnable() {
            private int left = SNAPSHOT_CHUNKS;

            @Override
            public void run() {
                executor.execute(this::produce);
            }

            private void produce() {
                while (left > 0 && outlet.isWritable() && !call.cancellation().isCancelled()) {
                    left--;
                    snapshotSentBytes.addAndGet(SNAPSHOT_CHUNK_BYTES);
                    outlet.send(chunk);
                }
                if (call.cancellation().isCancelled()) {
                    cancelled.incrementAndGet();
                } else if (left == 0) {
                    outlet.finish();
                } else {
                    outlet.onWritable(this);
                }
            }
        }.run();
    }

    @Override
    public Health health() {
        return this;
    }

    @Override
    public void raftStatus(Consumer<String> done) {
        done.accept("{\"id\":\"1\"}");
    }

    @Override
    public Versions versions() {
        return new Versions("3.7.1", "3.7.0", "3.7.0");
    }

    @Override
    public void dataCorruption(Consumer<String> done) {
        done.accept(corruption);
    }

    @Override
    public void serializableRead(Consumer<String> done) {
        executor.execute(() -> done.accept(""));
    }

    @Override
    public void linearizableRead(Consumer<String> done) {
        executor.execute(() -> done.accept(linearizable));
    }

    @Override
    public void nonLearner(Consumer<String> done) {
        done.accept("");
    }

    @Override
    public List<String> alarms() {
        return alarms;
    }

    @Override
    public boolean hasLeader() {
        return leader;
    }
}
