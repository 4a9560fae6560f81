package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Software transactional memory over keys: a function reads and writes through {@link Access}, and what it wrote is committed at one revision if
 * nothing that it read has changed since; else it is run again.
 *
 * <p>Serializable snapshots: all reads of one run see the store at the revision of the first. The function must have no effects but through its
 * argument, since it may run several times.
 */
public final class Stm {
    private Stm() {}

    /** What a transaction sees. Used by one thread. */
    public static final class Access {
        private final Client client;
        private final Map<ByteString, RangeResponse> reads = new LinkedHashMap<>();
        private final Map<ByteString, Optional<ByteString>> writes = new LinkedHashMap<>();
        private long revision;

        private Access(Client client) {
            this.client = client;
        }

        /** The value of a key: as written before in this transaction, else as it was when the transaction began. */
        public Optional<ByteString> get(ByteString key) {
            Optional<ByteString> written = writes.get(key);
            if (written != null) {
                return written;
            }
            RangeResponse read = reads.get(key);
            if (read == null) {
                read =
                        client.kv()
                                .range(
                                        RangeRequest.newBuilder()
                                                .setKey(key)
                                                .setRevision(revision)
                                                .build());
                reads.put(key, read);
                revision = revision == 0 ? read.getHeader().getRevision() : revision;
            }
            return read.getKvsCount() == 0
                    ? Optional.empty()
                    : Optional.of(read.getKvs(0).getValue());
        }

        /** Sets a key when the transaction commits. */
        public void put(ByteString key, ByteString value) {
            writes.put(key, Optional.of(value));
        }

        /** Deletes a key when the transaction commits. */
        public void delete(ByteString key) {
            writes.put(key, Optional.empty());
        }

        private TxnRequest request() {
            TxnRequest.Builder request = TxnRequest.newBuilder();
            reads.forEach((key, read) ->
                    request.addCompare(
                            Compare.newBuilder()
                                    .setKey(key)
                                    .setTarget(Compare.CompareTarget.MOD)
                                    .setResult(Compare.CompareResult.EQUAL)
                                    .setModRevision(
                                            read.getKvsCount() == 0
                                                    ? 0
                                                    : read.getKvs(0).getModRevision())));
            writes.forEach((key, value) -> request.addSuccess(operation(key, value)));
            return request.build();
        }

        private static RequestOp operation(ByteString key, Optional<ByteString> value) {
            RequestOp.Builder operation = RequestOp.newBuilder();
            if (value.isPresent()) {
                operation.setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value.get()));
            } else {
                operation.setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key));
            }
            return operation.build();
        }
    }

    /**
     * Runs a function until it is committed.
     *
     * @return what its last run returned
     * @throws RpcException if the cluster refuses, or the deadline passes between two runs
     */
    public static <T> T run(Client client, Function<Access, T> function, Deadline deadline) {
        while (true) {
            Access access = new Access(client);
            T result = function.apply(access);
            TxnResponse answer = client.kv().txn(access.request());
            if (answer.getSucceeded()) {
                return result;
            }
            if (deadline.isOver()) {
                throw RpcException.late(
                        "the keys change faster than the transaction runs",
                        RpcException.Fate.ANSWERED);
            }
        }
    }
}
