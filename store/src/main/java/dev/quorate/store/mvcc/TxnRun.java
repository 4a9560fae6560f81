package dev.quorate.store.mvcc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import java.util.Arrays;
import java.util.List;

/**
 * One transaction in three passes: decide every branch against the state before it, check what the chosen branches need, execute them. A
 * failed check leaves nothing written; after the checks nothing can fail.
 */
final class TxnRun {
    private static final int INITIAL_PATH = 4;

    private final KeyView before;

    // For each transaction on the way, outermost first, whether its comparisons held.
    private boolean[] path = new boolean[INITIAL_PATH];
    private int decided;
    private int at;
    private int looked;
    private int ranges;

    TxnRun(KeyView before) {
        this.before = before;
    }

    /** What a transaction's operations act on. */
    interface Target {
        /** Reads inside the transaction. */
        RangeResult range(RangeRequest request) throws StatusException, Vanished;

        /** Writes a key. */
        PutResponse put(PutRequest request, boolean wanted) throws Vanished;

        /** Deletes keys. */
        DeleteRangeResponse delete(DeleteRangeRequest request, boolean wanted) throws Vanished;

        /** Revision for the header of a response, as things stand. */
        long headerRevision();
    }

    /** Whether a transaction consists of ranges only, whichever way it goes; nested ones count as writes. */
    static boolean isReadOnly(TxnRequest txn) {
        return onlyRanges(txn.getSuccessList()) && onlyRanges(txn.getFailureList());
    }

    private static boolean onlyRanges(List<RequestOp> ops) {
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i).getRequestCase() != RequestOp.RequestCase.REQUEST_RANGE) {
                return false;
            }
        }
        return true;
    }

    /** Decides which branches are taken, those of nested transactions included. */
    void decide(TxnRequest txn) throws Vanished {
        boolean holds = true;
        List<Compare> compares = txn.getCompareList();
        for (int i = 0; i < compares.size() && holds; i++) {
            looked++;
            holds = before.holds(compares.get(i));
        }
        if (decided == path.length) {
            path = Arrays.copyOf(path, decided * 2);
        }
        path[decided++] = holds;
        List<RequestOp> ops = branch(txn, holds);
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i).getRequestCase() == RequestOp.RequestCase.REQUEST_TXN) {
                decide(ops.get(i).getRequestTxn());
            }
        }
    }

    /** Checks everything that could fail, before the first write. */
    void check(TxnRequest txn, LeaseBook leases) throws StatusException {
        at = 0;
        checkBranch(txn, leases);
    }

    /** What was looked up to decide and to check. */
    int looked() {
        return looked;
    }

    /** Ranges executed. */
    int ranges() {
        return ranges;
    }

    /** Executes the chosen branches; without {@code wanted}, reads are left out and the answer is empty. */
    TxnResponse execute(TxnRequest txn, Target target, boolean wanted)
            throws StatusException, Vanished {
        at = 0;
        return executeBranch(txn, target, wanted);
    }

    private static List<RequestOp> branch(TxnRequest txn, boolean holds) {
        return holds ? txn.getSuccessList() : txn.getFailureList();
    }

    private void checkBranch(TxnRequest txn, LeaseBook leases) throws StatusException {
        List<RequestOp> ops = branch(txn, path[at++]);
        for (int i = 0; i < ops.size(); i++) {
            RequestOp op = ops.get(i);
            switch (op.getRequestCase()) {
                case REQUEST_RANGE -> checkRange(op.getRequestRange().getRevision());
                case REQUEST_PUT -> checkPut(op.getRequestPut(), leases);
                case REQUEST_TXN -> checkBranch(op.getRequestTxn(), leases);
                case REQUEST_DELETE_RANGE, REQUEST_NOT_SET -> {}
            }
        }
    }

    private void checkRange(long revision) throws StatusException {
        if (revision > before.revision()) {
            throw EtcdError.FUTURE_REV.exception();
        }
        if (revision != 0 && revision < before.compactRevision()) {
            throw EtcdError.COMPACTED.exception();
        }
    }

    private void checkPut(PutRequest put, LeaseBook leases) throws StatusException {
        if (put.getLease() != 0 && !leases.exists(put.getLease())) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        if (KeyWriter.needsPrevious(put)) {
            looked++;
        }
        if ((put.getIgnoreValue() || put.getIgnoreLease())
                && before.live(put.getKey().toByteArray()) == null) {
            throw EtcdError.KEY_NOT_FOUND.exception();
        }
    }

    private TxnResponse executeBranch(TxnRequest txn, Target target, boolean wanted)
            throws StatusException, Vanished {
        boolean succeeded = path[at++];
        List<RequestOp> ops = branch(txn, succeeded);
        TxnResponse.Builder response = TxnResponse.newBuilder();
        for (int i = 0; i < ops.size(); i++) {
            ResponseOp.Builder answer = executeOp(ops.get(i), target, wanted);
            if (wanted) {
                response.addResponses(answer);
            }
        }
        if (!wanted) {
            return TxnResponse.getDefaultInstance();
        }
        return response.setSucceeded(succeeded).build();
    }

    private ResponseOp.Builder executeOp(RequestOp op, Target target, boolean wanted)
            throws StatusException, Vanished {
        ResponseOp.Builder answer = ResponseOp.newBuilder();
        switch (op.getRequestCase()) {
            case REQUEST_RANGE -> {
                ranges++;
                if (wanted) {
                    answer.setResponseRange(target.range(op.getRequestRange()).toMessage());
                }
            }
            case REQUEST_PUT -> {
                PutResponse put = target.put(op.getRequestPut(), wanted);
                if (wanted) {
                    answer.setResponsePut(put.toBuilder().setHeader(header(target)));
                }
            }
            case REQUEST_DELETE_RANGE -> {
                DeleteRangeResponse deleted = target.delete(op.getRequestDeleteRange(), wanted);
                if (wanted) {
                    answer.setResponseDeleteRange(deleted.toBuilder().setHeader(header(target)));
                }
            }
            case REQUEST_TXN -> {
                TxnResponse nested = executeBranch(op.getRequestTxn(), target, wanted);
                if (wanted) {
                    answer.setResponseTxn(
                            nested.toBuilder().setHeader(ResponseHeader.getDefaultInstance()));
                }
            }
            case REQUEST_NOT_SET -> {}
        }
        return answer;
    }

    private static ResponseHeader header(Target target) {
        return ResponseHeader.newBuilder().setRevision(target.headerRevision()).build();
    }
}
