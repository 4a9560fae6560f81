package dev.quorate.verify.fault;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.verify.history.KvRequest;
import dev.quorate.verify.history.KvResponse;
import dev.quorate.verify.history.Wire;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The key-value service of one member over gRPC, in the terms of histories. */
final class KvConnection implements AutoCloseable {
    private static final int WATCH_CREDIT = 1_000_000;
    private static final long EVENTS_SECONDS_MAX = 60;

    private final ManagedChannel channel;

    KvConnection(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build();
    }

    /**
     * Asks and waits.
     *
     * @throws io.grpc.StatusRuntimeException when there is no answer, or a refusal
     */
    KvResponse ask(KvRequest request, long limitMillis) {
        MethodDescriptor<MessageLite, MessageLite> method =
                switch (request) {
                    case KvRequest.Get _ -> unary("KV/Range", RangeResponse.parser());
                    case KvRequest.Put _ -> unary("KV/Put", PutResponse.parser());
                    case KvRequest.Delete _ ->
                            unary("KV/DeleteRange", DeleteRangeResponse.parser());
                    case KvRequest.Txn _ -> unary("KV/Txn", TxnResponse.parser());
                };
        return Wire.response(
                ClientCalls.blockingUnaryCall(
                        channel,
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(limitMillis, TimeUnit.MILLISECONDS),
                        Wire.message(request)));
    }

    /** Every event from the first revision to this one, read by a watch. */
    List<Event> events(long lastRevision) throws InterruptedException {
        BlockingQueue<WatchResponse> arrived = new LinkedBlockingQueue<>();
        ClientCall<MessageLite, MessageLite> call =
                channel.newCall(
                        method(
                                MethodDescriptor.MethodType.BIDI_STREAMING,
                                "Watch/Watch",
                                WatchResponse.parser()),
                        CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(MessageLite message) {
                        arrived.add((WatchResponse) message);
                    }
                },
                new Metadata());
        call.request(WATCH_CREDIT);
        call.sendMessage(
                WatchRequest.newBuilder()
                        .setCreateRequest(
                                WatchCreateRequest.newBuilder()
                                        .setKey(Wire.bytes("\0"))
                                        .setRangeEnd(Wire.bytes("\0"))
                                        .setStartRevision(1))
                        .build());
        List<Event> events = new ArrayList<>();
        while (events.isEmpty() || events.getLast().getKv().getModRevision() < lastRevision) {
            WatchResponse response = arrived.poll(EVENTS_SECONDS_MAX, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError(
                        "no event up to revision " + lastRevision + ", after " + events.size());
            }
            events.addAll(response.getEventsList());
        }
        call.cancel("enough", null);
        return events;
    }

    private static MethodDescriptor<MessageLite, MessageLite> unary(
            String name, Parser<? extends MessageLite> answer) {
        return method(MethodDescriptor.MethodType.UNARY, name, answer);
    }

    private static MethodDescriptor<MessageLite, MessageLite> method(
            MethodDescriptor.MethodType type, String name, Parser<? extends MessageLite> answer) {
        return MethodDescriptor.<MessageLite, MessageLite>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(new Bytes(answer))
                .setResponseMarshaller(new Bytes(answer))
                .build();
    }

    /** Requests are only written and answers only read. */
    private record Bytes(Parser<? extends MessageLite> parser)
            implements MethodDescriptor.Marshaller<MessageLite> {
        @Override
        public InputStream stream(MessageLite message) {
            return message.toByteString().newInput();
        }

        @Override
        public MessageLite parse(InputStream stream) {
            try {
                return parser.parseFrom(stream);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
