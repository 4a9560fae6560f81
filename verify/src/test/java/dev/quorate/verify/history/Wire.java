package dev.quorate.verify.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** Between the requests and answers of a history and etcd's messages. */
public final class Wire {
    private Wire() {}

    public static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    public static RangeRequest get(KvRequest.Get get, boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(bytes(get.key()))
                .setRangeEnd(bytes(get.end()))
                .setSerializable(serializable)
                .build();
    }

    public static PutRequest put(KvRequest.Put put) {
        return PutRequest.newBuilder()
                .setKey(bytes(put.key()))
                .setValue(bytes(put.value()))
                .build();
    }

    public static DeleteRangeRequest delete(KvRequest.Delete delete) {
        return DeleteRangeRequest.newBuilder()
                .setKey(bytes(delete.key()))
                .setRangeEnd(bytes(delete.end()))
                .build();
    }

    /** The message of any request. */
    public static MessageLite message(KvRequest request) {
        return switch (request) {
            case KvRequest.Get get -> get(get, false);
            case KvRequest.Put put -> put(put);
            case KvRequest.Delete delete -> delete(delete);
            case KvRequest.Txn txn -> txn(txn);
        };
    }

    public static TxnRequest txn(KvRequest.Txn txn) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        txn.compares().forEach(compare -> request.addCompare(compare(compare)));
        txn.success().forEach(one -> request.addSuccess(op(one)));
        txn.failure().forEach(one -> request.addFailure(op(one)));
        return request.build();
    }

    private static RequestOp op(KvRequest request) {
        RequestOp.Builder op = RequestOp.newBuilder();
        switch (request) {
            case KvRequest.Get get -> op.setRequestRange(get(get, false));
            case KvRequest.Put put -> op.setRequestPut(put(put));
            case KvRequest.Delete delete -> op.setRequestDeleteRange(delete(delete));
            case KvRequest.Txn txn -> op.setRequestTxn(txn(txn));
        }
        return op.build();
    }

    private static dev.quorate.proto.etcdserverpb.Compare compare(KvRequest.Compare compare) {
        var out = dev.quorate.proto.etcdserverpb.Compare.newBuilder().setKey(bytes(compare.key()));
        switch (compare.target()) {
            case VALUE ->
                    out.setTarget(dev.quorate.proto.etcdserverpb.Compare.CompareTarget.VALUE)
                            .setValue(bytes(compare.value()));
            case VERSION ->
                    out.setTarget(dev.quorate.proto.etcdserverpb.Compare.CompareTarget.VERSION)
                            .setVersion(compare.number());
            case CREATE_REVISION ->
                    out.setTarget(dev.quorate.proto.etcdserverpb.Compare.CompareTarget.CREATE)
                            .setCreateRevision(compare.number());
            case MOD_REVISION ->
                    out.setTarget(dev.quorate.proto.etcdserverpb.Compare.CompareTarget.MOD)
                            .setModRevision(compare.number());
        }
        return out.setResult(
                        switch (compare.relation()) {
                            case EQUAL ->
                                    dev.quorate.proto.etcdserverpb.Compare.CompareResult.EQUAL;
                            case NOT_EQUAL ->
                                    dev.quorate.proto.etcdserverpb.Compare.CompareResult.NOT_EQUAL;
                            case LESS -> dev.quorate.proto.etcdserverpb.Compare.CompareResult.LESS;
                            case GREATER ->
                                    dev.quorate.proto.etcdserverpb.Compare.CompareResult.GREATER;
                        })
                .build();
    }

    public static KvRequest request(PutRequest put) {
        return new KvRequest.Put(put.getKey().toStringUtf8(), put.getValue().toStringUtf8());
    }

    public static KvRequest request(DeleteRangeRequest delete) {
        return new KvRequest.Delete(
                delete.getKey().toStringUtf8(), delete.getRangeEnd().toStringUtf8());
    }

    public static KvRequest.Txn request(TxnRequest txn) {
        List<KvRequest.Compare> compares = new ArrayList<>();
        for (var compare : txn.getCompareList()) {
            compares.add(compare(compare));
        }
        return new KvRequest.Txn(compares, ops(txn.getSuccessList()), ops(txn.getFailureList()));
    }

    private static List<KvRequest> ops(List<RequestOp> ops) {
        List<KvRequest> requests = new ArrayList<>();
        for (RequestOp op : ops) {
            requests.add(
                    switch (op.getRequestCase()) {
                        case REQUEST_RANGE ->
                                new KvRequest.Get(
                                        op.getRequestRange().getKey().toStringUtf8(),
                                        op.getRequestRange().getRangeEnd().toStringUtf8());
                        case REQUEST_PUT -> request(op.getRequestPut());
                        case REQUEST_DELETE_RANGE -> request(op.getRequestDeleteRange());
                        case REQUEST_TXN -> request(op.getRequestTxn());
                        case REQUEST_NOT_SET -> throw new IllegalArgumentException("no request");
                    });
        }
        return requests;
    }

    private static KvRequest.Compare compare(dev.quorate.proto.etcdserverpb.Compare compare) {
        KvRequest.Relation relation =
                switch (compare.getResult()) {
                    case EQUAL -> KvRequest.Relation.EQUAL;
                    case NOT_EQUAL -> KvRequest.Relation.NOT_EQUAL;
                    case LESS -> KvRequest.Relation.LESS;
                    case GREATER -> KvRequest.Relation.GREATER;
                    case UNRECOGNIZED -> throw new IllegalArgumentException("no such relation");
                };
        String key = compare.getKey().toStringUtf8();
        return switch (compare.getTarget()) {
            case VALUE ->
                    new KvRequest.Compare(
                            key,
                            KvRequest.Target.VALUE,
                            relation,
                            compare.getValue().toStringUtf8(),
                            0);
            case VERSION ->
                    new KvRequest.Compare(
                            key, KvRequest.Target.VERSION, relation, "", compare.getVersion());
            case CREATE ->
                    new KvRequest.Compare(
                            key,
                            KvRequest.Target.CREATE_REVISION,
                            relation,
                            "",
                            compare.getCreateRevision());
            case MOD ->
                    new KvRequest.Compare(
                            key,
                            KvRequest.Target.MOD_REVISION,
                            relation,
                            "",
                            compare.getModRevision());
            case LEASE, UNRECOGNIZED ->
                    throw new IllegalArgumentException("leases are not compared");
        };
    }

    public static KvResponse.Item item(KeyValue kv) {
        return new KvResponse.Item(
                kv.getKey().toStringUtf8(),
                kv.getValue().toStringUtf8(),
                kv.getCreateRevision(),
                kv.getModRevision(),
                kv.getVersion());
    }

    public static KvResponse response(Object message) {
        return switch (message) {
            case RangeResponse range ->
                    new KvResponse(range.getHeader().getRevision(), body(range));
            case PutResponse put ->
                    new KvResponse(put.getHeader().getRevision(), new KvResponse.Stored());
            case DeleteRangeResponse delete ->
                    new KvResponse(
                            delete.getHeader().getRevision(),
                            new KvResponse.Deleted(delete.getDeleted()));
            case TxnResponse txn -> new KvResponse(txn.getHeader().getRevision(), body(txn));
            default -> throw new IllegalArgumentException("no answer of KV: " + message);
        };
    }

    private static KvResponse.Body body(RangeResponse range) {
        return new KvResponse.Got(range.getKvsList().stream().map(Wire::item).toList());
    }

    private static KvResponse.Body body(TxnResponse txn) {
        List<KvResponse.Body> bodies = new ArrayList<>();
        for (ResponseOp op : txn.getResponsesList()) {
            bodies.add(
                    switch (op.getResponseCase()) {
                        case RESPONSE_RANGE -> body(op.getResponseRange());
                        case RESPONSE_PUT -> new KvResponse.Stored();
                        case RESPONSE_DELETE_RANGE ->
                                new KvResponse.Deleted(op.getResponseDeleteRange().getDeleted());
                        case RESPONSE_TXN -> body(op.getResponseTxn());
                        case RESPONSE_NOT_SET -> throw new IllegalArgumentException("no response");
                    });
        }
        return new KvResponse.Decided(txn.getSucceeded(), bodies);
    }
}
