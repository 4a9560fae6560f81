package dev.quorate.server.concurrency;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.server.service.Call;

/**
 * What the recipes need of the member: its own key-value and lease operations with the checks that a client of theirs would meet,
 * without blocking. Ranges are linearizable; responses carry complete headers.
 */
public interface KvClient {
    /** Where the one answer of an operation goes: exactly one method is called, once, on any thread, perhaps before the operation returns. */
    interface Answer<M> {
        void succeed(M response);

        void fail(StatusException refusal);
    }

    void range(Call call, RangeRequest request, Answer<RangeResponse> answer);

    void txn(Call call, TxnRequest request, Answer<TxnResponse> answer);

    void delete(Call call, DeleteRangeRequest request, Answer<DeleteRangeResponse> answer);

    void grant(Call call, LeaseGrantRequest request, Answer<LeaseGrantResponse> answer);
}
