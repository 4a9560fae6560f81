package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.v3lockpb.LockRequest;
import dev.quorate.proto.v3lockpb.LockResponse;
import dev.quorate.proto.v3lockpb.UnlockRequest;
import dev.quorate.proto.v3lockpb.UnlockResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.watch.WatchGate;
import dev.quorate.server.watch.WatchHub;
import java.util.List;

/** The service {@code v3lockpb.Lock}. */
public final class LockService {
    private static final String SERVICE = "v3lockpb.Lock";

    private final Member member;

    private LockService(Member member) {
        this.member = member;
    }

    /** The methods {@code Lock} and {@code Unlock}. */
    public static List<Rpc> methods(KvClient kv, WatchHub hub, WatchGate gate) {
        var service = new LockService(new Member(kv, hub, gate));
        return List.of(
                new Rpc.Unary<>(
                        SERVICE,
                        "Lock",
                        LockRequest.getDefaultInstance(),
                        LockResponse.getDefaultInstance(),
                        service::lock),
                new Rpc.Unary<>(
                        SERVICE,
                        "Unlock",
                        UnlockRequest.getDefaultInstance(),
                        UnlockResponse.getDefaultInstance(),
                        service::unlock));
    }

    private void lock(Call call, LockRequest request, Reply reply) {
        new Locking(member, call, request.getName(), reply).start(request.getLease());
    }

    private void unlock(Call call, UnlockRequest request, Reply reply) {
        member.kv()
                .delete(
                        Recipes.step(call),
                        DeleteRangeRequest.newBuilder().setKey(request.getKey()).build(),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(DeleteRangeResponse response) {
                                reply.succeed(
                                        Payload.of(
                                                UnlockResponse.newBuilder()
                                                        .setHeader(response.getHeader())
                                                        .build()));
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                reply.fail(Recipes.through(refusal));
                            }
                        });
    }

    private static final class Locking extends Contender {
        private volatile ByteString key = ByteString.EMPTY;

        Locking(Member member, Call call, ByteString name, Reply reply) {
            super(member, call, name, reply);
        }

        @Override
        void enter(long lease) {
            key = Recipes.key(name(), lease);
            var owner = Recipes.op(Recipes.oldest(name()));
            var request =
                    TxnRequest.newBuilder()
                            .addCompare(Recipes.createdAt(key, 0))
                            .addSuccess(Recipes.put(key, ByteString.EMPTY, lease))
                            .addSuccess(owner)
                            .addFailure(Recipes.op(Recipes.get(key)))
                            .addFailure(owner);
            txn(request.build(), this::contend);
        }

        private void contend(TxnResponse response) {
            if (!entered()) {
                return;
            }
            long own =
                    response.getSucceeded()
                            ? response.getHeader().getRevision()
                            : response.getResponses(0)
                                    .getResponseRange()
                                    .getKvs(0)
                                    .getCreateRevision();
            var owner = response.getResponses(1).getResponseRange();
            if (owner.getKvsCount() == 0 || owner.getKvs(0).getCreateRevision() == own) {
                locked(response.getHeader());
            } else {
                awaitTurn(own);
            }
        }

        /** It is our turn, provided that our own key has not expired while we waited. */
        @Override
        public void gone() {
            member.kv()
                    .range(
                            step,
                            Recipes.get(key),
                            new KvClient.Answer<>() {
                                @Override
                                public void succeed(RangeResponse response) {
                                    if (response.getKvsCount() == 0) {
                                        refuse(expired());
                                    } else {
                                        locked(response.getHeader());
                                    }
                                }

                                @Override
                                public void fail(StatusException refusal) {
                                    failed(Recipes.through(refusal));
                                }
                            });
        }

        @Override
        public void failed(StatusException refusal) {
            if (refuse(refusal)) {
                withdraw();
            }
        }

        private void locked(ResponseHeader header) {
            succeed(LockResponse.newBuilder().setHeader(header).setKey(key).build());
        }

        @Override
        void withdraw() {
            member.kv()
                    .delete(
                            afterwards,
                            DeleteRangeRequest.newBuilder().setKey(key).build(),
                            new Ignored<>());
        }

        private static StatusException expired() {
            return new StatusException(Code.UNKNOWN, "mutex: session is expired");
        }
    }
}
