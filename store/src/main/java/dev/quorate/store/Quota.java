package dev.quorate.store;

import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.storage.engine.Backend;
import java.util.List;

/**
 * Says whether the database has room for a request. The size is measured once per batch; what the batch adds is counted on top. The answer
 * is local: it decides what the client hears and never what is written.
 */
final class Quota {
    private static final long PUT_OVERHEAD_BYTES = 256;
    private static final long LEASE_BYTES = 64;

    private final Backend backend;
    private final long quotaBytes;
    private long sizeBytes = -1;

    Quota(Backend backend, long quotaBytes) {
        this.backend = backend;
        this.quotaBytes = quotaBytes;
    }

    /** Measures anew before the next request. */
    void newBatch() {
        sizeBytes = -1;
    }

    /** Whether the request fits; what it costs is counted. */
    boolean fits(InternalRaftRequest request) {
        if (quotaBytes < 0) {
            return true;
        }
        long cost = cost(request);
        if (cost == 0) {
            return true;
        }
        if (sizeBytes < 0) {
            sizeBytes = backend.engine().usedBytes() + backend.pendingBytes();
        }
        sizeBytes += cost;
        return sizeBytes < quotaBytes;
    }

    /** What a request may add to the database, in bytes. */
    static long cost(InternalRaftRequest request) {
        if (request.hasPut()) {
            return cost(request.getPut());
        }
        if (request.hasTxn()) {
            return cost(request.getTxn());
        }
        return request.hasLeaseGrant() ? LEASE_BYTES : 0;
    }

    /** What the dearer branch of a transaction may add to the database, in bytes. */
    static long cost(TxnRequest txn) {
        return Math.max(cost(txn.getSuccessList()), cost(txn.getFailureList()));
    }

    private static long cost(List<RequestOp> ops) {
        long sum = 0;
        for (int i = 0; i < ops.size(); i++) {
            RequestOp op = ops.get(i);
            switch (op.getRequestCase()) {
                case REQUEST_PUT -> sum += cost(op.getRequestPut());
                case REQUEST_TXN -> sum += cost(op.getRequestTxn());
                case REQUEST_RANGE, REQUEST_DELETE_RANGE, REQUEST_NOT_SET -> {}
            }
        }
        return sum;
    }

    private static long cost(PutRequest put) {
        return PUT_OVERHEAD_BYTES + put.getKey().size() + put.getValue().size();
    }
}
