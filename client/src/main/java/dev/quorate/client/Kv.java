package dev.quorate.client;

import com.google.protobuf.ByteString;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.CompactionResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RangeStreamResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import java.time.Duration;

/**
 * Reading and writing keys. Reads are repeated where a member could not answer; writes only where it is certain that they were not done.
 *
 * <p>All methods throw {@link RpcException} when there is no answer.
 */
public final class Kv {
    private static final String PATH = "/etcdserverpb.KV/";
    private static final Method<RangeRequest, RangeResponse> RANGE =
            new Method<>(PATH + "Range", RangeResponse.parser(), true);
    private static final Method<RangeRequest, RangeStreamResponse> RANGE_STREAM =
            new Method<>(PATH + "RangeStream", RangeStreamResponse.parser(), true);
    private static final Method<PutRequest, PutResponse> PUT =
            new Method<>(PATH + "Put", PutResponse.parser(), false);
    private static final Method<DeleteRangeRequest, DeleteRangeResponse> DELETE =
            new Method<>(PATH + "DeleteRange", DeleteRangeResponse.parser(), false);
    private static final Method<TxnRequest, TxnResponse> TXN =
            new Method<>(PATH + "Txn", TxnResponse.parser(), false);
    private static final Method<TxnRequest, TxnResponse> READ_TXN =
            new Method<>(PATH + "Txn", TxnResponse.parser(), true);
    private static final Method<CompactionRequest, CompactionResponse> COMPACT =
            new Method<>(PATH + "Compact", CompactionResponse.parser(), false);

    private final Stub stub;

    Kv(Stub stub) {
        this.stub = stub;
    }

    /** The same, with another time limit for each request; zero for none. */
    public Kv within(Duration timeout) {
        return new Kv(stub.within(timeout));
    }

    /** Sets a key as the request says. */
    public PutResponse put(PutRequest request) {
        return stub.call(PUT, request);
    }

    /** Sets a key. */
    public PutResponse put(ByteString key, ByteString value) {
        return put(PutRequest.newBuilder().setKey(key).setValue(value).build());
    }

    /** Sets a key, both in UTF-8. */
    public PutResponse put(String key, String value) {
        return put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value));
    }

    /** Reads a key or a range of keys. */
    public RangeResponse range(RangeRequest request) {
        return stub.call(RANGE, request);
    }

    /** Reads one key. */
    public RangeResponse get(ByteString key) {
        return range(RangeRequest.newBuilder().setKey(key).build());
    }

    /** Reads one key, given in UTF-8. */
    public RangeResponse get(String key) {
        return get(ByteString.copyFromUtf8(key));
    }

    /** Reads a range in pieces, from servers of version 3.7 on; header and count come with the last. Close the stream. */
    public StreamCall<RangeRequest, RangeStreamResponse> rangeStream(RangeRequest request) {
        Deadline deadline = stub.deadline();
        return stub.channel().serverStream(RANGE_STREAM, request, deadline);
    }

    /** Removes a key or a range of keys. */
    public DeleteRangeResponse delete(DeleteRangeRequest request) {
        return stub.call(DELETE, request);
    }

    /** Deletes one key. */
    public DeleteRangeResponse delete(ByteString key) {
        return delete(DeleteRangeRequest.newBuilder().setKey(key).build());
    }

    /** Deletes one key, given in UTF-8. */
    public DeleteRangeResponse delete(String key) {
        return delete(ByteString.copyFromUtf8(key));
    }

    /** Runs a transaction. One that only reads is repeated like any other read. */
    public TxnResponse txn(TxnRequest request) {
        return stub.call(isReadOnly(request) ? READ_TXN : TXN, request);
    }

    private static boolean isReadOnly(TxnRequest request) {
        return request.getSuccessList().stream().allMatch(Kv::isRead)
                && request.getFailureList().stream().allMatch(Kv::isRead);
    }

    private static boolean isRead(RequestOp op) {
        return op.hasRequestRange() || (op.hasRequestTxn() && isReadOnly(op.getRequestTxn()));
    }

    /** Forgets what was before a revision. Watches and reads of earlier revisions are refused from then on. */
    public CompactionResponse compact(CompactionRequest request) {
        return stub.call(COMPACT, request);
    }
}
