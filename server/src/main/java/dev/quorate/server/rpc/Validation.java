package dev.quorate.server.rpc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What a request must look like before anything is done with it, in etcd's order of checks and with its refusals. */
final class Validation {
    private static final Comparator<ByteString> KEY_ORDER =
            ByteString.unsignedLexicographicalComparator();

    private Validation() {}

    static void range(RangeRequest request) throws StatusException {
        require(!request.getKey().isEmpty(), EtcdError.EMPTY_KEY);
        require(
                request.getSortOrder() != RangeRequest.SortOrder.UNRECOGNIZED
                        && request.getSortTarget() != RangeRequest.SortTarget.UNRECOGNIZED,
                EtcdError.INVALID_SORT_OPTION);
    }

    static void put(PutRequest request) throws StatusException {
        require(!request.getKey().isEmpty(), EtcdError.EMPTY_KEY);
        require(
                !request.getIgnoreValue() || request.getValue().isEmpty(),
                EtcdError.VALUE_PROVIDED);
        require(!request.getIgnoreLease() || request.getLease() == 0, EtcdError.LEASE_PROVIDED);
    }

    static void deleteRange(DeleteRangeRequest request) throws StatusException {
        require(!request.getKey().isEmpty(), EtcdError.EMPTY_KEY);
    }

    /** The operations of nested transactions count against what the outer one leaves. */
    static void txn(TxnRequest request, int opsMax) throws StatusException {
        shape(request, opsMax);
        Writes success = new Writes();
        success.addAll(request.getSuccessList());
        Writes failure = new Writes();
        failure.addAll(request.getFailureList());
    }

    private static void shape(TxnRequest request, int opsMax) throws StatusException {
        int ops =
                Math.max(
                        request.getCompareCount(),
                        Math.max(request.getSuccessCount(), request.getFailureCount()));
        require(ops <= opsMax, EtcdError.TOO_MANY_OPS);
        for (Compare compare : request.getCompareList()) {
            require(!compare.getKey().isEmpty(), EtcdError.EMPTY_KEY);
        }
        for (RequestOp op : request.getSuccessList()) {
            op(op, opsMax - ops);
        }
        for (RequestOp op : request.getFailureList()) {
            op(op, opsMax - ops);
        }
    }

    private static void op(RequestOp op, int opsLeft) throws StatusException {
        switch (op.getRequestCase()) {
            case REQUEST_RANGE -> range(op.getRequestRange());
            case REQUEST_PUT -> put(op.getRequestPut());
            case REQUEST_DELETE_RANGE -> deleteRange(op.getRequestDeleteRange());
            case REQUEST_TXN -> shape(op.getRequestTxn(), opsLeft);
            case REQUEST_NOT_SET -> throw EtcdError.KEY_NOT_FOUND.exception();
        }
    }

    private static void require(boolean holds, EtcdError otherwise) throws StatusException {
        if (!holds) {
            throw otherwise.exception();
        }
    }

    /** An interval as deletes use it: half-open, and an end of one zero byte is taken literally, which makes it empty (etcd's quirk). */
    private record Interval(ByteString from, ByteString to) {
        boolean contains(ByteString key) {
            return to.isEmpty()
                    ? key.equals(from)
                    : KEY_ORDER.compare(from, key) <= 0 && KEY_ORDER.compare(key, to) < 0;
        }
    }

    /** What one list of operations writes: no key may be put twice, nor put and deleted. */
    private static final class Writes {
        private final TreeSet<ByteString> puts = new TreeSet<>(KEY_ORDER);
        private final List<Interval> deletes = new ArrayList<>();

        void addAll(List<RequestOp> ops) throws StatusException {
            for (RequestOp op : ops) {
                if (op.hasRequestDeleteRange()) {
                    var delete = op.getRequestDeleteRange();
                    deletes.add(new Interval(delete.getKey(), delete.getRangeEnd()));
                }
            }
            for (RequestOp op : ops) {
                if (op.hasRequestTxn()) {
                    addNested(op.getRequestTxn());
                }
            }
            for (RequestOp op : ops) {
                if (op.hasRequestPut()) {
                    ByteString key = op.getRequestPut().getKey();
                    require(puts.add(key) && !isDeleted(key), EtcdError.DUPLICATE_KEY);
                }
            }
        }

        /** Only one branch of a nested transaction runs, so its two branches may write the same key. */
        private void addNested(TxnRequest nested) throws StatusException {
            Writes success = new Writes();
            success.addAll(nested.getSuccessList());
            Writes failure = new Writes();
            failure.addAll(nested.getFailureList());
            TreeSet<ByteString> either = new TreeSet<>(KEY_ORDER);
            either.addAll(success.puts);
            either.addAll(failure.puts);
            for (ByteString key : either) {
                require(!puts.contains(key) && !isDeleted(key), EtcdError.DUPLICATE_KEY);
            }
            puts.addAll(either);
            deletes.addAll(success.deletes);
            deletes.addAll(failure.deletes);
        }

        private boolean isDeleted(ByteString key) {
            for (Interval interval : deletes) {
                if (interval.contains(key)) {
                    return true;
                }
            }
            return false;
        }
    }
}
