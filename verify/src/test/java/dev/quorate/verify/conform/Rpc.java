package dev.quorate.verify.conform;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.CompactionResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Calls one server with our own messages over grpc-java, whose framing we did not write. */
final class Rpc implements AutoCloseable {

    private static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            unary("KV/Range", RangeRequest.parser(), RangeResponse.parser());
    private static final MethodDescriptor<PutRequest, PutResponse> PUT =
            unary("KV/Put", PutRequest.parser(), PutResponse.parser());
    private static final MethodDescriptor<DeleteRangeRequest, DeleteRangeResponse> DELETE =
            unary("KV/DeleteRange", DeleteRangeRequest.parser(), DeleteRangeResponse.parser());
    private static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            unary("KV/Txn", TxnRequest.parser(), TxnResponse.parser());
    private static final MethodDescriptor<CompactionRequest, CompactionResponse> COMPACT =
            unary("KV/Compact", CompactionRequest.parser(), CompactionResponse.parser());
    private static final MethodDescriptor<LeaseGrantRequest, LeaseGrantResponse> GRANT =
            unary("Lease/LeaseGrant", LeaseGrantRequest.parser(), LeaseGrantResponse.parser());
    private static final MethodDescriptor<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE =
            unary("Lease/LeaseRevoke", LeaseRevokeRequest.parser(), LeaseRevokeResponse.parser());
    private static final MethodDescriptor<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TTL =
            unary(
                    "Lease/LeaseTimeToLive",
                    LeaseTimeToLiveRequest.parser(),
                    LeaseTimeToLiveResponse.parser());
    private static final MethodDescriptor<LeaseLeasesRequest, LeaseLeasesResponse> LEASES =
            unary("Lease/LeaseLeases", LeaseLeasesRequest.parser(), LeaseLeasesResponse.parser());
    private static final MethodDescriptor<HashKVRequest, HashKVResponse> HASH_KV =
            unary("Maintenance/HashKV", HashKVRequest.parser(), HashKVResponse.parser());
    private static final MethodDescriptor<StatusRequest, StatusResponse> STATUS =
            unary("Maintenance/Status", StatusRequest.parser(), StatusResponse.parser());
    private static final MethodDescriptor<MoveLeaderRequest, MoveLeaderResponse> MOVE_LEADER =
            unary(
                    "Maintenance/MoveLeader",
                    MoveLeaderRequest.parser(),
                    MoveLeaderResponse.parser());
    private static final MethodDescriptor<WatchRequest, WatchResponse> WATCH =
            method(
                    MethodDescriptor.MethodType.BIDI_STREAMING,
                    "Watch/Watch",
                    WatchRequest.parser(),
                    WatchResponse.parser());

    private static final long LIMIT_SECONDS = 20;
    private static final int WATCH_CREDIT = 1_000_000;

    private final ManagedChannel channel;

    Rpc(String endpoint) {
        channel =
                NettyChannelBuilder.forTarget(endpoint)
                        .usePlaintext()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build();
    }

    /**
     * Sends one request of the key-value, lease or maintenance services.
     *
     * @return the answer, or the status that it was refused with
     */
    Object call(Message request) {
        try {
            return switch (request) {
                case RangeRequest r -> ask(RANGE, r);
                case PutRequest r -> ask(PUT, r);
                case DeleteRangeRequest r -> ask(DELETE, r);
                case TxnRequest r -> ask(TXN, r);
                case CompactionRequest r -> ask(COMPACT, r);
                case LeaseGrantRequest r -> ask(GRANT, r);
                case LeaseRevokeRequest r -> ask(REVOKE, r);
                case LeaseTimeToLiveRequest r -> ask(TTL, r);
                case LeaseLeasesRequest r -> ask(LEASES, r);
                case HashKVRequest r -> ask(HASH_KV, r);
                case StatusRequest r -> ask(STATUS, r);
                case MoveLeaderRequest r -> ask(MOVE_LEADER, r);
                default -> throw new IllegalArgumentException(request.getClass().getName());
            };
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            return status.getCode() + ": " + status.getDescription();
        }
    }

    /** Opens a watch stream. */
    WatchStream watch() {
        return new WatchStream(channel.newCall(WATCH, CallOptions.DEFAULT));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** One watch stream; what arrives waits in {@link #arrived}. */
    static final class WatchStream implements AutoCloseable {
        final BlockingQueue<WatchResponse> arrived = new LinkedBlockingQueue<>();
        private final ClientCall<WatchRequest, WatchResponse> call;

        private WatchStream(ClientCall<WatchRequest, WatchResponse> call) {
            this.call = call;
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(WatchResponse message) {
                            arrived.add(message);
                        }
                    },
                    new Metadata());
            call.request(WATCH_CREDIT);
        }

        void send(WatchCreateRequest.Builder create, int watchId) {
            send(WatchRequest.newBuilder().setCreateRequest(create.setWatchId(watchId)).build());
        }

        void send(WatchRequest request) {
            call.sendMessage(request);
        }

        @Override
        public void close() {
            call.cancel("done", null);
        }
    }

    private <Q, A> A ask(MethodDescriptor<Q, A> method, Q request) {
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, request);
    }

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> unary(
            String name, Parser<Q> request, Parser<A> answer) {
        return method(MethodDescriptor.MethodType.UNARY, name, request, answer);
    }

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> method(
            MethodDescriptor.MethodType type, String name, Parser<Q> request, Parser<A> answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(new Bytes<>(request))
                .setResponseMarshaller(new Bytes<>(answer))
                .build();
    }

    private record Bytes<M extends MessageLite>(Parser<M> parser)
            implements MethodDescriptor.Marshaller<M> {
        @Override
        public InputStream stream(M message) {
            return message.toByteString().newInput();
        }

        @Override
        public M parse(InputStream stream) {
            try {
                return parser.parseFrom(stream);
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
