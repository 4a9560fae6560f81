package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest.SortOrder;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.server.service.Call;
import dev.quorate.server.watch.HubFixture;
import dev.quorate.server.watch.MemoryHistory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;

/** The key-value operations over a history in memory; answers at once, or when the test says so. */
final class MemoryKv implements KvClient {
    private final HubFixture hub;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private long nextLease = 0x100;
    boolean holding;
    long grantedTtl;
    StatusException refusal;

    MemoryKv(HubFixture hub) {
        this.hub = hub;
    }

    /** Answers the operations that came while {@link #holding}. */
    void release() {
        holding = false;
        for (var answer = held.poll(); answer != null; answer = held.poll()) {
            answer.run();
        }
    }

    @Override
    public void range(Call call, RangeRequest request, Answer<RangeResponse> answer) {
        answer(answer, range(request));
    }

    @Override
    public void txn(Call call, TxnRequest request, Answer<TxnResponse> answer) {
        if (refusal != null) {
            answer.fail(refusal);
            return;
        }
        var compare = request.getCompare(0);
        boolean holds = created(compare.getKey()) == compare.getCreateRevision();
        var ops = holds ? request.getSuccessList() : request.getFailureList();
        var writes = new ArrayList<MemoryHistory.Op>();
        for (RequestOp op : ops) {
            if (op.hasRequestPut()) {
                writes.add(
                        MemoryHistory.put(
                                op.getRequestPut().getKey().toStringUtf8(),
                                op.getRequestPut().getValue().toStringUtf8()));
            } else if (op.hasRequestDeleteRange()) {
                writes.add(
                        MemoryHistory.delete(op.getRequestDeleteRange().getKey().toStringUtf8()));
            }
        }
        hub.write(writes.toArray(MemoryHistory.Op[]::new));
        var response = TxnResponse.newBuilder().setHeader(header()).setSucceeded(holds);
        for (RequestOp op : ops) {
            response.addResponses(
                    op.hasRequestRange()
                            ? ResponseOp.newBuilder().setResponseRange(range(op.getRequestRange()))
                            : ResponseOp.newBuilder());
        }
        answer(answer, response.build());
    }

    @Override
    public void delete(Call call, DeleteRangeRequest request, Answer<DeleteRangeResponse> answer) {
        if (request.getKey().isEmpty()) {
            answer.fail(EtcdError.EMPTY_KEY.exception());
            return;
        }
        hub.write(MemoryHistory.delete(request.getKey().toStringUtf8()));
        answer(answer, DeleteRangeResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public void grant(Call call, LeaseGrantRequest request, Answer<LeaseGrantResponse> answer) {
        grantedTtl = request.getTTL();
        answer(answer, LeaseGrantResponse.newBuilder().setID(nextLease++).build());
    }

    private <M> void answer(Answer<M> answer, M response) {
        if (holding) {
            held.add(() -> answer.succeed(response));
        } else {
            answer.succeed(response);
        }
    }

    private long created(ByteString key) {
        return hub.history.pairs().stream()
                .filter(kv -> kv.getKey().equals(key))
                .mapToLong(KeyValue::getCreateRevision)
                .findFirst()
                .orElse(0);
    }

    private RangeResponse range(RangeRequest request) {
        var order = Comparator.comparingLong(KeyValue::getCreateRevision);
        var unsigned = ByteString.unsignedLexicographicalComparator();
        var response = RangeResponse.newBuilder().setHeader(header());
        hub.history.pairs().stream()
                .filter(kv ->
                        request.getRangeEnd().isEmpty()
                                ? kv.getKey().equals(request.getKey())
                                : unsigned.compare(kv.getKey(), request.getKey()) >= 0
                                        && unsigned.compare(kv.getKey(), request.getRangeEnd()) < 0)
                .filter(kv ->
                        request.getMaxCreateRevision() == 0
                                || kv.getCreateRevision() <= request.getMaxCreateRevision())
                .sorted(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order)
                .limit(request.getLimit() == 0 ? Long.MAX_VALUE : request.getLimit())
                .forEach(response::addKvs);
        return response.build();
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder()
                .setClusterId(7)
                .setRevision(hub.history.currentRevision())
                .build();
    }
}
