package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortOrder;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortTarget;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;

/** The requests that the recipes are made of. */
final class Recipes {
    /** Seconds that a lease granted by a recipe lasts. */
    static final long SESSION_TTL_SECONDS = 60;

    private static final ByteString SLASH = ByteString.copyFromUtf8("/");

    /** The first byte after the slash: the end of all keys under a name. */
    private static final ByteString AFTER_SLASH = ByteString.copyFromUtf8("0");

    private Recipes() {}

    /** The key of a contender: the name, a slash, the lease in hexadecimal. */
    static ByteString key(ByteString name, long lease) {
        var hex = lease < 0 ? "-" + Long.toHexString(-lease) : Long.toHexString(lease);
        return name.concat(SLASH).concat(ByteString.copyFromUtf8(hex));
    }

    static ByteString prefix(ByteString name) {
        return name.concat(SLASH);
    }

    static ByteString prefixEnd(ByteString name) {
        return name.concat(AFTER_SLASH);
    }

    static RangeRequest get(ByteString key) {
        return RangeRequest.newBuilder().setKey(key).build();
    }

    /** The oldest key under a name. */
    static RangeRequest oldest(ByteString name) {
        return byCreation(name, SortOrder.ASCEND).build();
    }

    /** The youngest key under a name that is not younger than {@code createRevisionMax}. */
    static RangeRequest youngest(ByteString name, long createRevisionMax) {
        return byCreation(name, SortOrder.DESCEND).setMaxCreateRevision(createRevisionMax).build();
    }

    private static RangeRequest.Builder byCreation(ByteString name, SortOrder order) {
        return RangeRequest.newBuilder()
                .setKey(prefix(name))
                .setRangeEnd(prefixEnd(name))
                .setSortTarget(SortTarget.CREATE)
                .setSortOrder(order)
                .setLimit(1);
    }

    static Compare createdAt(ByteString key, long revision) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(revision)
                .build();
    }

    static RequestOp op(RangeRequest range) {
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    static RequestOp put(ByteString key, ByteString value, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
                .build();
    }

    static RequestOp delete(ByteString key) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
                .build();
    }

    static LeaseGrantRequest session() {
        return LeaseGrantRequest.newBuilder().setTTL(SESSION_TTL_SECONDS).build();
    }

    /** The same caller without its cancellation and without its wish for a leader: for the steps of a recipe. */
    static Call step(Call call) {
        return detached(call, call.deadlineNanos());
    }

    /** The same caller with all the time in the world: for cleaning up after it has gone. */
    static Call afterwards(Call call) {
        return detached(call, Long.MAX_VALUE);
    }

    private static Call detached(Call call, long deadlineNanos) {
        return new Call(
                call.token(),
                call.commonName(),
                false,
                call.clientApiVersion(),
                deadlineNanos,
                new Cancellation());
    }

    /** A refusal on its way through a recipe: etcd's client inside the server keeps the text and loses the code. */
    static StatusException through(StatusException refusal) {
        return new StatusException(Code.UNKNOWN, refusal.description());
    }

    static StatusException contextCanceled() {
        return new StatusException(Code.CANCELLED, "context canceled");
    }
}
