package dev.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.SnapshotRequest;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Payload;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that we did not write calls every shape of method. */
class GrpcTest {
    private static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            method(
                    MethodDescriptor.MethodType.UNARY,
                    "etcdserverpb.KV/Range",
                    RangeRequest.getDefaultInstance(),
                    RangeResponse.getDefaultInstance());
    private static final MethodDescriptor<WatchRequest, WatchResponse> WATCH =
            method(
                    MethodDescriptor.MethodType.BIDI_STREAMING,
                    "etcdserverpb.Watch/Watch",
                    WatchRequest.getDefaultInstance(),
                    WatchResponse.getDefaultInstance());
    private static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse>
            KEEP_ALIVE =
                    method(
                            MethodDescriptor.MethodType.BIDI_STREAMING,
                            "etcdserverpb.Lease/LeaseKeepAlive",
                            LeaseKeepAliveRequest.getDefaultInstance(),
                            LeaseKeepAliveResponse.getDefaultInstance());
    private static final MethodDescriptor<SnapshotRequest, SnapshotResponse> SNAPSHOT =
            method(
                    MethodDescriptor.MethodType.SERVER_STREAMING,
                    "etcdserverpb.Maintenance/Snapshot",
                    SnapshotRequest.getDefaultInstance(),
                    SnapshotResponse.getDefaultInstance());

    private Running server;
    private ManagedChannel channel;

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
            MethodDescriptor.MethodType type, String name, Q request, R response) {
        return MethodDescriptor.<Q, R>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(marshaller(request))
                .setResponseMarshaller(marshaller(response))
                .build();
    }

    private static <M extends MessageLite> MethodDescriptor.Marshaller<M> marshaller(M empty) {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(M value) {
                return new ByteArrayInputStream(value.toByteArray());
            }

            @Override
            @SuppressWarnings("unchecked")
            public M parse(InputStream stream) {
                try {
                    return (M) empty.getParserForType().parseFrom(stream);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    @BeforeEach
    void start() throws Exception {
        server = Running.start();
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .usePlaintext()
                        .maxInboundMessageSize(64 << 20)
                        .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    private static RangeRequest key(String key) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    }

    private RangeResponse range(String key) {
        return ClientCalls.blockingUnaryCall(channel, RANGE, CallOptions.DEFAULT, key(key));
    }

    @Test
    void unaryCallsAnswerFromAnotherThread() {
        var response = range("foo");
        assertThat(response.getHeader()).isEqualTo(FakeServices.HEADER);
        assertThat(response.getKvs(0).getKey().toStringUtf8()).isEqualTo("foo");
        assertThat(server.services.lastCall.clientApiVersion()).isEqualTo("unknown");
        assertThat(server.services.lastCall.token()).isNull();
        assertThat(server.registry.text())
                .contains(
                        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 1\n")
                .contains(
                        "grpc_server_handled_total{grpc_code=\"Aborted\",grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 0\n")
                .contains(
                        "etcd_server_client_requests_total{client_api_version=\"unknown\",type=\"unary\"} 1\n");
    }

    @Test
    void refusalsCarryCodeAndText() {
        assertStatus(
                () -> range(""), Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided");
        assertStatus(() -> range("boom"), Status.Code.INTERNAL, "internal error");
        assertThat(range("still serving").getCount()).isEqualTo(1);
    }

    private static void assertStatus(Runnable call, Status.Code code, String text) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(code);
                            assertThat(e.getStatus().getDescription()).isEqualTo(text);
                        });
    }

    @Test
    void unknownNamesAreUnimplementedInGosWords() {
        var unknownMethod = RANGE.toBuilder().setFullMethodName("etcdserverpb.KV/Rage").build();
        assertStatus(
                () ->
                        ClientCalls.blockingUnaryCall(
                                channel, unknownMethod, CallOptions.DEFAULT, key("a")),
                Status.Code.UNIMPLEMENTED,
                "unknown method Rage for service etcdserverpb.KV");
        var unknownService = RANGE.toBuilder().setFullMethodName("a.B/C").build();
        assertStatus(
                () ->
                        ClientCalls.blockingUnaryCall(
                                channel, unknownService, CallOptions.DEFAULT, key("a")),
                Status.Code.UNIMPLEMENTED,
                "unknown service a.B");
    }

    @Test
    void tooLargeRequestsAreRefusedWithGosText() {
        int size = (2 << 20) + 1 - 4;
        var request = RangeRequest.newBuilder().setKey(ByteString.copyFrom(new byte[size])).build();
        assertStatus(
                () -> ClientCalls.blockingUnaryCall(channel, RANGE, CallOptions.DEFAULT, request),
                Status.Code.RESOURCE_EXHAUSTED,
                "grpc: received message larger than max ("
                        + request.getSerializedSize()
                        + " vs. 2097152)");
        assertThat(range("x").getCount()).isEqualTo(1);
    }

    @Test
    void largestRequestsPassAlsoWhenZipped() {
        var request =
                RangeRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[(2 << 20) - 100]))
                        .build();
        var plain = ClientCalls.blockingUnaryCall(channel, RANGE, CallOptions.DEFAULT, request);
        assertThat(plain.getKvs(0).getKey()).isEqualTo(request.getKey());
        var zipped =
                ClientCalls.blockingUnaryCall(
                        channel, RANGE, CallOptions.DEFAULT.withCompression("gzip"), request);
        assertThat(zipped.getKvs(0).getKey()).isEqualTo(request.getKey());
        var bomb =
                RangeRequest.newBuilder().setKey(ByteString.copyFrom(new byte[50 << 20])).build();
        assertStatus(
                () ->
                        ClientCalls.blockingUnaryCall(
                                channel, RANGE, CallOptions.DEFAULT.withCompression("gzip"), bomb),
                Status.Code.RESOURCE_EXHAUSTED,
                "grpc: received message after decompression larger than max 2097152");
    }

    @Test
    void metadataReachesTheCall() {
        var metadata = new Metadata();
        put(metadata, "authorization", "Bearer abc.1");
        put(metadata, "hasleader", "true");
        put(metadata, "client-api-version", "3.7");
        var intercepted =
                ClientInterceptors.intercept(
                        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        ClientCalls.blockingUnaryCall(
                intercepted,
                RANGE,
                CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS),
                key("a"));
        var call = server.services.lastCall;
        assertThat(call.token()).isEqualTo("abc.1");
        assertThat(call.requireLeader()).isTrue();
        assertThat(call.clientApiVersion()).isEqualTo("3.7");
        assertThat(call.deadlineNanos() - System.nanoTime())
                .isBetween(1L, TimeUnit.SECONDS.toNanos(5));
        put(metadata, "token", "first");
        ClientCalls.blockingUnaryCall(intercepted, RANGE, CallOptions.DEFAULT, key("a"));
        assertThat(server.services.lastCall.token()).isEqualTo("first");
    }

    private static void put(Metadata metadata, String key, String value) {
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    }

    @Test
    void aPassedDeadlineCancelsTheCall() throws Exception {
        assertThatThrownBy(() ->
                        ClientCalls.blockingUnaryCall(
                                channel,
                                RANGE,
                                CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS),
                                key("wait")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e ->
                                assertThat(e.getStatus().getCode())
                                        .isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        Running.await(() -> server.services.cancelled.get() == 1);
    }

    @Test
    void aDisconnectCancelsEveryCall() throws Exception {
        for (int i = 0; i < 100; i++) {
            ClientCalls.futureUnaryCall(channel.newCall(RANGE, CallOptions.DEFAULT), key("wait"));
        }
        Running.await(() -> server.services.waiting.get() == 100);
        channel.shutdownNow();
        Running.await(() -> server.services.cancelled.get() == 100);
    }

    @Test
    void aStormOfCancellationsLeavesTheConnectionUsable() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            var future =
                    ClientCalls.futureUnaryCall(
                            channel.newCall(RANGE, CallOptions.DEFAULT), key("wait"));
            future.cancel(true);
        }
        assertThat(range("after the storm").getCount()).isEqualTo(1);
        Running.await(() -> server.services.cancelled.get() == server.services.waiting.get());
    }

    @Test
    void watchesStayOpenAfterHalfCloseAndEndWithAStatus() throws Exception {
        var seen = new Collecting<WatchResponse>();
        var requests =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(WATCH, CallOptions.DEFAULT), seen);
        requests.onNext(create("foo"));
        assertThat(seen.next().getCreated()).isTrue();
        requests.onCompleted();
        Running.await(() -> server.services.halfClosed.get() == 1);
        var outlet = server.services.watches.getFirst();
        for (int i = 1; i <= 1_000; i++) {
            outlet.send(Payload.of(WatchResponse.newBuilder().setWatchId(i).build()));
        }
        for (int i = 1; i <= 1_000; i++) {
            assertThat(seen.next().getWatchId()).isEqualTo(i);
        }
        outlet.fail(dev.quorate.proto.error.EtcdError.NO_LEADER.exception());
        assertThat(seen.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(seen.end().getDescription()).isEqualTo("etcdserver: no leader");
        assertThat(server.services.cancelled).hasValue(0);
    }

    private static WatchRequest create(String key) {
        return WatchRequest.newBuilder()
                .setCreateRequest(
                        WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)))
                .build();
    }

    @Test
    void aCancelledWatchTellsItsInletOnce() throws Exception {
        var seen = new Collecting<WatchResponse>();
        var call = channel.newCall(WATCH, CallOptions.DEFAULT);
        var requests = ClientCalls.asyncBidiStreamingCall(call, seen);
        requests.onNext(create("foo"));
        seen.next();
        call.cancel("enough", null);
        Running.await(() -> server.services.cancelled.get() == 1);
        assertThat(server.services.watches).isEmpty();
    }

    @Test
    void keepAlivesAnswerOneByOneAndFinish() throws Exception {
        var seen = new Collecting<LeaseKeepAliveResponse>();
        var requests =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(KEEP_ALIVE, CallOptions.DEFAULT), seen);
        for (int i = 1; i <= 10; i++) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(i).build());
            assertThat(seen.next().getID()).isEqualTo(i);
        }
        requests.onCompleted();
        assertThat(seen.end().isOk()).isTrue();
    }

    @Test
    void serverStreamsDeliverEverything() {
        long[] bytes = {0};
        ClientCalls.blockingServerStreamingCall(
                        channel,
                        SNAPSHOT,
                        CallOptions.DEFAULT,
                        SnapshotRequest.getDefaultInstance())
                .forEachRemaining(chunk -> bytes[0] += chunk.getBlob().size());
        assertThat(bytes[0])
                .isEqualTo((long) FakeServices.SNAPSHOT_CHUNKS * FakeServices.SNAPSHOT_CHUNK_BYTES);
    }

    @Test
    void aReaderThatStopsStopsTheProducer() throws Exception {
        var paused = new CountDownLatch(1);
        var control = new ClientCallStreamObserver<?>[1];
        ClientCalls.asyncServerStreamingCall(
                channel.newCall(SNAPSHOT, CallOptions.DEFAULT),
                SnapshotRequest.getDefaultInstance(),
                new ClientResponseObserver<SnapshotRequest, SnapshotResponse>() {
                    @Override
                    public void beforeStart(ClientCallStreamObserver<SnapshotRequest> observer) {
                        control[0] = observer;
                        observer.disableAutoRequestWithInitial(1);
                    }

                    @Override
                    public void onNext(SnapshotResponse value) {
                        paused.countDown();
                    }

                    @Override
                    public void onError(Throwable t) {}

                    @Override
                    public void onCompleted() {}
                });
        assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
        long total = (long) FakeServices.SNAPSHOT_CHUNKS * FakeServices.SNAPSHOT_CHUNK_BYTES;
        // Another call completes meanwhile, so the producer had its chance to run on.
        assertThat(range("beside").getCount()).isEqualTo(1);
        assertThat(server.services.snapshotSentBytes.get()).isLessThan(total / 4);
        control[0].cancel("enough", null);
        Running.await(() -> server.services.cancelled.get() >= 0);
        assertThat(range("after").getCount()).isEqualTo(1);
    }

    @Test
    void manyConcurrentCallsEachGetTheirOwnAnswer() throws Exception {
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                int thread = t;
                pool.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        String key = thread + "/" + i;
                        assertThat(range(key).getKvs(0).getValue().toStringUtf8()).isEqualTo(key);
                    }
                    return null;
                });
            }
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.registry.text())
                .contains(
                        "grpc_server_started_total{grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 4000\n");
    }

    /** Collects what a stream delivers. */
    private static final class Collecting<T> implements StreamObserver<T> {
        private final LinkedBlockingQueue<T> values = new LinkedBlockingQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Status status = Status.OK;

        @Override
        public void onNext(T value) {
            values.add(value);
        }

        @Override
        public void onError(Throwable t) {
            status = Status.fromThrowable(t);
            ended.countDown();
        }

        @Override
        public void onCompleted() {
            ended.countDown();
        }

        T next() throws InterruptedException {
            T value = values.poll(10, TimeUnit.SECONDS);
            assertThat(value).as("next message, status %s", status).isNotNull();
            return value;
        }

        Status end() throws InterruptedException {
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            return status;
        }
    }
}
