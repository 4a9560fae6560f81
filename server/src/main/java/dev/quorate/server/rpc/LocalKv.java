package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.server.concurrency.KvClient;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;

/** The member's own key-value and lease methods for recipes that run inside it: the handlers that clients reach, called without a transport. */
final class LocalKv implements KvClient {
    private final KvService keyValues;
    private final LeaseService leases;

    LocalKv(KvService keyValues, LeaseService leases) {
        this.keyValues = keyValues;
        this.leases = leases;
    }

    @Override
    public void range(Call call, RangeRequest request, Answer<RangeResponse> answer) {
        keyValues.range(call, request, reply(RangeResponse.class, answer));
    }

    @Override
    public void txn(Call call, TxnRequest request, Answer<TxnResponse> answer) {
        keyValues.txn(call, request, reply(TxnResponse.class, answer));
    }

    @Override
    public void delete(Call call, DeleteRangeRequest request, Answer<DeleteRangeResponse> answer) {
        keyValues.deleteRange(call, request, reply(DeleteRangeResponse.class, answer));
    }

    @Override
    public void grant(Call call, LeaseGrantRequest request, Answer<LeaseGrantResponse> answer) {
        leases.grant(call, request, reply(LeaseGrantResponse.class, answer));
    }

    private static <M extends MessageLite> Reply reply(Class<M> type, Answer<M> answer) {
        return new Reply() {
            @Override
            public void succeed(Payload response) {
                answer.succeed(type.cast(response.message()));
            }

            @Override
            public void fail(StatusException refusal) {
                answer.fail(refusal);
            }
        };
    }
}
