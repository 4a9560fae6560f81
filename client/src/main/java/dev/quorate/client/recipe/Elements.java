package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.KeyValue;

/** What queues have in common: elements that many add and many take, each of them once. Safe for use by any thread. */
final class Elements {
    private static final int DIGITS = 16;

    private final Client client;
    private final String prefix;
    private final ByteString counter;

    Elements(Client client, String name) {
        this.client = client;
        this.prefix = name + "/";
        this.counter = ByteString.copyFromUtf8(name);
    }

    /**
     * Adds an element.
     *
     * @param place what its key begins with, after the queue's prefix; the rest of the key grows from element to element
     */
    void add(String place, ByteString value) {
        while (true) {
            // Who sees the counter at the same revision gets the same place, and only one of them
            // wins it.
            RangeResponse seen = client.kv().get(counter);
            long revision = seen.getKvsCount() == 0 ? 0 : seen.getKvs(0).getModRevision();
            String digits = Long.toHexString(seen.getHeader().getRevision());
            ByteString key =
                    ByteString.copyFromUtf8(
                            prefix + place + "0".repeat(DIGITS - digits.length()) + digits);
            TxnRequest request =
                    TxnRequest.newBuilder()
                            .addCompare(
                                    Compare.newBuilder()
                                            .setKey(counter)
                                            .setTarget(Compare.CompareTarget.MOD)
                                            .setResult(Compare.CompareResult.EQUAL)
                                            .setModRevision(revision))
                            .addCompare(Queueing.absent(key))
                            .addSuccess(put(counter, ByteString.EMPTY))
                            .addSuccess(put(key, value))
                            .build();
            if (client.kv().txn(request).getSucceeded()) {
                return;
            }
        }
    }

    private static RequestOp put(ByteString key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value))
                .build();
    }

    /**
     * Takes the first element, and waits for one while there is none.
     *
     * @param order by what elements are sorted
     * @throws RpcException when the deadline passes
     */
    ByteString take(RangeRequest.SortTarget order, Deadline deadline) {
        RangeRequest ask = Queueing.first(prefix).toBuilder().setSortTarget(order).build();
        while (true) {
            RangeResponse first = client.kv().range(ask);
            if (first.getKvsCount() == 0) {
                awaitElement(first.getHeader().getRevision() + 1, deadline);
            } else if (claim(first.getKvs(0))) {
                return first.getKvs(0).getValue();
            }
        }
    }

    /** True for the one who deletes it. */
    private boolean claim(KeyValue element) {
        TxnResponse answer =
                client.kv()
                        .txn(
                                TxnRequest.newBuilder()
                                        .addCompare(
                                                Queueing.created(
                                                        element.getKey(),
                                                        element.getCreateRevision()))
                                        .addSuccess(
                                                RequestOp.newBuilder()
                                                        .setRequestDeleteRange(
                                                                DeleteRangeRequest.newBuilder()
                                                                        .setKey(element.getKey())))
                                        .build());
        return answer.getSucceeded();
    }

    private void awaitElement(long from, Deadline deadline) {
        ByteString start = ByteString.copyFromUtf8(prefix);
        try (Watch watch = client.watches().requireLeader().prefix(start, from)) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                if (answer.getEventsCount() > 0) {
                    return;
                }
            }
        }
    }
}
