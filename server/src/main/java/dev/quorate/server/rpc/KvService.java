package dev.quorate.server.rpc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.CompactionResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RangeStreamResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.Outcome;
import dev.quorate.store.mvcc.KeyValues;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/** {@code etcdserverpb.KV}: keys and their revisions. */
final class KvService {
    private static final String NAME = "etcdserverpb.KV";

    /** Ranges with more keys than this leave the caller's thread, which is an event loop. */
    private static final long INLINE_KEYS_MAX = 128;

    private static final byte[] NO_HEADER = {};

    private final Door door;
    private final KeyValues keyValues;
    private final Quota quota;
    private final Executor guests;
    private final int txnOpsMax;
    private final int streamChunkBytesMax;

    KvService(
            Door door,
            KeyValues keyValues,
            Quota quota,
            Executor guests,
            int txnOpsMax,
            int streamChunkBytesMax) {
        this.door = door;
        this.keyValues = keyValues;
        this.quota = quota;
        this.guests = guests;
        this.txnOpsMax = txnOpsMax;
        this.streamChunkBytesMax = streamChunkBytesMax;
    }

    List<Rpc> rpcs() {
        return List.of(
                new Rpc.Unary<>(
                        NAME,
                        "Range",
                        RangeRequest.getDefaultInstance(),
                        RangeResponse.getDefaultInstance(),
                        this::range),
                new Rpc.ServerStream<>(
                        NAME,
                        "RangeStream",
                        RangeRequest.getDefaultInstance(),
                        RangeStreamResponse.getDefaultInstance(),
                        this::rangeStream),
                new Rpc.Unary<>(
                        NAME,
                        "Put",
                        PutRequest.getDefaultInstance(),
                        PutResponse.getDefaultInstance(),
                        this::put),
                new Rpc.Unary<>(
                        NAME,
                        "DeleteRange",
                        DeleteRangeRequest.getDefaultInstance(),
                        DeleteRangeResponse.getDefaultInstance(),
                        this::deleteRange),
                new Rpc.Unary<>(
                        NAME,
                        "Txn",
                        TxnRequest.getDefaultInstance(),
                        TxnResponse.getDefaultInstance(),
                        this::txn),
                new Rpc.Unary<>(
                        NAME,
                        "Compact",
                        CompactionRequest.getDefaultInstance(),
                        CompactionResponse.getDefaultInstance(),
                        this::compact));
    }

    void range(Call call, RangeRequest request, Reply reply) {
        try {
            Validation.range(request);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.whenReadable(
                call,
                request.getSerializable(),
                isShort(request),
                reply,
                () -> {
                    if (isSmall(request)) {
                        answerRange(call, request, reply);
                    } else {
                        guests.execute(() -> answerRange(call, request, reply));
                    }
                });
    }

    /** One key at most, whose record is read or counted. */
    private static boolean isShort(RangeRequest request) {
        return request.getRangeEnd().isEmpty();
    }

    private boolean isSmall(RangeRequest request) {
        return request.getRangeEnd().isEmpty()
                || request.getCountOnly()
                || keyValues.liveKeys() <= INLINE_KEYS_MAX
                || keyValues.liveKeys(request.getKey(), request.getRangeEnd()) <= INLINE_KEYS_MAX;
    }

    private void answerRange(Call call, RangeRequest request, Reply reply) {
        try {
            var result =
                    door.gate()
                            .read(
                                    call,
                                    (auth, who) -> auth.checkRange(who, request),
                                    () -> keyValues.range(request));
            reply.succeed(new RangePayload(door.header().field(result.revision()), result));
        } catch (StatusException refusal) {
            reply.fail(refusal);
        }
    }

    private void rangeStream(Call call, RangeRequest request, Outlet outlet) {
        try {
            Validation.range(request);
            door.requireVoter();
        } catch (StatusException refusal) {
            outlet.fail(refusal);
            return;
        }
        door.whenReadable(
                call,
                request.getSerializable(),
                Door.refusing(outlet),
                () -> guests.execute(() -> stream(call, request, outlet)));
    }

    /** Header, count and more come with the last chunk only. */
    private void stream(Call call, RangeRequest request, Outlet outlet) {
        try (var patient = door.patient(call, outlet)) {
            var stream =
                    door.gate()
                            .read(
                                    call,
                                    (auth, who) -> auth.checkRange(who, request),
                                    () -> keyValues.rangeStream(request));
            while (!stream.isDone()) {
                var chunk = stream.next(streamChunkBytesMax);
                byte[] header = stream.isDone() ? door.header().field(chunk.revision()) : NO_HEADER;
                patient.send(new RangeStreamPayload(new RangePayload(header, chunk)));
            }
            outlet.finish();
        } catch (StatusException refusal) {
            outlet.fail(refusal);
        } catch (IOException clientGone) {
            outlet.fail(EtcdError.CANCELED.exception());
        }
    }

    private void put(Call call, PutRequest request, Reply reply) {
        try {
            Validation.put(request);
            quota.check(Quota.cost(request));
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.propose(call, InternalRaftRequest.newBuilder().setPut(request), reply);
    }

    void deleteRange(Call call, DeleteRangeRequest request, Reply reply) {
        try {
            Validation.deleteRange(request);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.propose(call, InternalRaftRequest.newBuilder().setDeleteRange(request), reply);
    }

    void txn(Call call, TxnRequest request, Reply reply) {
        try {
            Validation.txn(request, txnOpsMax);
            if (!KeyValues.isReadOnly(request)) {
                quota.check(Quota.cost(request));
            }
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        if (KeyValues.isReadOnly(request)) {
            door.whenReadable(
                    call,
                    isSerializable(request),
                    reply,
                    () -> guests.execute(() -> answerTxn(call, request, reply)));
        } else {
            door.propose(call, InternalRaftRequest.newBuilder().setTxn(request), reply);
        }
    }

    /** Whether every range may be answered from what this member has; true for a transaction without operations. */
    private static boolean isSerializable(TxnRequest request) {
        for (RequestOp op : request.getSuccessList()) {
            if (!op.getRequestRange().getSerializable()) {
                return false;
            }
        }
        for (RequestOp op : request.getFailureList()) {
            if (!op.getRequestRange().getSerializable()) {
                return false;
            }
        }
        return true;
    }

    private void answerTxn(Call call, TxnRequest request, Reply reply) {
        try {
            TxnResponse response =
                    door.gate()
                            .read(
                                    call,
                                    (auth, who) -> auth.checkTxn(who, request),
                                    () -> keyValues.txn(request));
            long revision = response.getHeader().getRevision();
            reply.succeed(
                    new HeadedPayload(
                            door.header().field(revision),
                            response.toBuilder().clearHeader().build()));
        } catch (StatusException refusal) {
            reply.fail(refusal);
        }
    }

    /** A physical compaction answers when the last superfluous record is gone. */
    private void compact(Call call, CompactionRequest request, Reply reply) {
        try {
            door.gate().requireAdmin(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        var proposal = InternalRaftRequest.newBuilder().setCompaction(request);
        if (!request.getPhysical()) {
            door.propose(call, proposal, reply);
            return;
        }
        door.propose(
                call,
                proposal,
                outcome -> {
                    if (outcome instanceof Outcome.Done) {
                        door.node()
                                .onApplyLoop(machine ->
                                        machine.whenCompacted(
                                                request.getRevision(),
                                                () -> door.answer(outcome, reply)));
                    } else {
                        door.answer(outcome, reply);
                    }
                },
                reply);
    }
}
