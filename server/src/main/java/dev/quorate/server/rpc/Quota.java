package dev.quorate.server.rpc;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Refuses writes before they are proposed when the database is full, and raises the alarm that makes every member refuse them.
 *
 * <p>What counts is what is in use, not the size of the file: free pages are written again.
 */
final class Quota {
    /** What a put costs besides its key and value, in bytes. */
    private static final long PUT_OVERHEAD_BYTES = 256;

    /** What a lease costs, in bytes. */
    static final long LEASE_BYTES = 64;

    private final long limitBytes;
    private final LongSupplier usedBytes;
    private final Runnable raiseAlarm;

    /**
     * @param limitBytes negative for no limit
     * @param raiseAlarm proposes the NOSPACE alarm of this member
     */
    Quota(long limitBytes, LongSupplier usedBytes, Runnable raiseAlarm) {
        this.limitBytes = limitBytes;
        this.usedBytes = usedBytes;
        this.raiseAlarm = raiseAlarm;
    }

    void check(long costBytes) throws StatusException {
        if (limitBytes >= 0 && costBytes > 0 && usedBytes.getAsLong() + costBytes > limitBytes) {
            raiseAlarm.run();
            throw EtcdError.NO_SPACE.exception();
        }
    }

    static long cost(PutRequest put) {
        return PUT_OVERHEAD_BYTES + put.getKey().size() + put.getValue().size();
    }

    /** The dearer branch; 0 when neither writes. */
    static long cost(TxnRequest txn) {
        return Math.max(cost(txn.getSuccessList()), cost(txn.getFailureList()));
    }

    private static long cost(List<RequestOp> ops) {
        long cost = 0;
        for (int i = 0; i < ops.size(); i++) {
            RequestOp op = ops.get(i);
            if (op.hasRequestPut()) {
                cost += cost(op.getRequestPut());
            } else if (op.hasRequestTxn()) {
                cost += cost(op.getRequestTxn());
            }
        }
        return cost;
    }
}
