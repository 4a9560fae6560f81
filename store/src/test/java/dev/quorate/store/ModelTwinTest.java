package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.History;
import dev.quorate.store.mvcc.KeyHash;
import dev.quorate.store.mvcc.RangeResult;
import dev.quorate.store.mvcc.RangeStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests answered by the store and by the {@link Model}; both have to say the same. */
class ModelTwinTest {
    private final Fixture fixture = Fixture.opened();
    private final List<Fixture> machines = new ArrayList<>(List.of(fixture));
    private final Model model = new Model();
    private Random random = new Random();
    private int keySpace = 12;

    private Fixture store() {
        return machines.getLast();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void answersAsTheModelDoes(long seed) throws Exception {
        run(seed, 400);
    }

    @Test
    @Tag("slow")
    void answersAsTheModelDoesForManySeeds() throws Exception {
        long seed = System.nanoTime();
        System.out.println("first seed " + seed);
        for (int i = 0; i < 60; i++) {
            ModelTwinTest next = new ModelTwinTest();
            next.keySpace = i % 2 == 0 ? 12 : 200;
            next.run(seed + i, 800);
        }
    }

    private void run(long seed, int steps) throws Exception {
        random = new Random(seed);
        try {
            for (int i = 0; i < steps; i++) {
                step();
            }
            checkRecords();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void step() throws Exception {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> put();
            case 4 -> delete();
            case 5, 6, 7 -> txn();
            case 8, 9, 10 -> range();
            case 11 -> compact();
            case 12 -> store().compactStep();
            case 13 -> history();
            case 14 -> hash();
            case 15 -> restart();
            default -> throw new AssertionError();
        }
    }

    private ByteString key() {
        int k = random.nextInt(keySpace);
        return ByteString.copyFromUtf8(
                k == 0 ? "\u0000" : "k" + "abcdefghijklmnop".charAt(k % 16) + k);
    }

    private ByteString end() {
        return switch (random.nextInt(4)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> ByteString.copyFrom(new byte[1]);
            default -> key();
        };
    }

    private PutRequest randomPut() {
        byte[] value = new byte[random.nextInt(3)];
        random.nextBytes(value);
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(ByteString.copyFrom(value))
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private DeleteRangeRequest randomDelete() {
        return DeleteRangeRequest.newBuilder()
                .setKey(key())
                .setRangeEnd(end())
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private RangeRequest randomRange() {
        RangeRequest.Builder r = RangeRequest.newBuilder().setKey(key()).setRangeEnd(end());
        if (random.nextInt(3) == 0) {
            r.setRevision(randomRevision());
        }
        if (random.nextBoolean()) {
            r.setLimit(random.nextInt(5) - 1);
        }
        if (random.nextBoolean()) {
            r.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
        }
        if (random.nextInt(4) == 0) {
            r.setMinModRevision(random.nextInt((int) model.revision + 1));
            r.setMaxCreateRevision(random.nextInt((int) model.revision + 1));
        }
        if (random.nextInt(4) == 0) {
            r.setMaxModRevision(random.nextInt((int) model.revision + 1));
            r.setMinCreateRevision(random.nextInt((int) model.revision + 1));
        }
        return r.setKeysOnly(random.nextInt(4) == 0).setCountOnly(random.nextInt(6) == 0).build();
    }

    private long randomRevision() {
        return model.revision - random.nextInt(8) + random.nextInt(2);
    }

    private Compare randomCompare() {
        Compare.Builder c =
                Compare.newBuilder()
                        .setKey(key())
                        .setResultValue(random.nextInt(4))
                        .setTargetValue(random.nextInt(5));
        if (random.nextInt(3) == 0) {
            c.setRangeEnd(end());
        }
        switch (c.getTarget()) {
            case VERSION -> c.setVersion(random.nextInt(4));
            case CREATE -> c.setCreateRevision(randomRevision());
            case MOD -> c.setModRevision(randomRevision());
            case VALUE -> c.setValue(ByteString.copyFrom(new byte[random.nextInt(2)]));
            case LEASE -> c.setLease(random.nextInt(2));
            case UNRECOGNIZED -> throw new AssertionError();
        }
        return c.build();
    }

    private TxnRequest randomTxn(int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(randomCompare());
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addSuccess(randomOp(depth));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addFailure(randomOp(depth));
        }
        return txn.build();
    }

    private RequestOp randomOp(int depth) {
        return switch (random.nextInt(depth > 0 ? 4 : 3)) {
            case 0 -> RequestOp.newBuilder().setRequestPut(randomPut()).build();
            case 1 -> RequestOp.newBuilder().setRequestDeleteRange(randomDelete()).build();
            case 2 -> RequestOp.newBuilder().setRequestRange(randomRange()).build();
            default -> RequestOp.newBuilder().setRequestTxn(randomTxn(depth - 1)).build();
        };
    }

    private void put() {
        PutRequest put = randomPut();
        KeyValue old = model.state(model.revision).get(put.getKey());
        Outcome.Done done = (Outcome.Done) store().apply(r -> r.setPut(put));
        Model.Txn txn = model.new Txn();
        txn.put(put);
        txn.end();
        var response = (dev.quorate.proto.etcdserverpb.PutResponse) done.response();
        assertThat(done.revision()).isEqualTo(model.revision);
        assertThat(response.hasPrevKv()).isEqualTo(put.getPrevKv() && old != null);
        if (response.hasPrevKv()) {
            assertThat(response.getPrevKv()).isEqualTo(old);
        }
    }

    private void delete() {
        DeleteRangeRequest delete = randomDelete();
        Outcome.Done done = (Outcome.Done) store().apply(r -> r.setDeleteRange(delete));
        Model.Txn txn = model.new Txn();
        List<KeyValue> gone = txn.delete(delete);
        txn.end();
        checkDeleted((DeleteRangeResponse) done.response(), delete, gone);
        assertThat(done.revision()).isEqualTo(model.revision);
    }

    private static void checkDeleted(
            DeleteRangeResponse response, DeleteRangeRequest request, List<KeyValue> gone) {
        assertThat(response.getDeleted()).isEqualTo(gone.size());
        assertThat(response.getPrevKvsList()).isEqualTo(request.getPrevKv() ? gone : List.of());
    }

    private void txn() {
        TxnRequest request = randomTxn(2);
        List<RequestOp> ops = model.chosen(request);
        EtcdError refusal = refusalOf(ops);
        Outcome outcome = store().apply(r -> r.setTxn(request));
        if (refusal != null) {
            assertThat(((Outcome.Refused) outcome).why()).isSameAs(refusal.exception());
            return;
        }
        Outcome.Done done = (Outcome.Done) outcome;
        List<ResponseOp> answers = new ArrayList<>();
        flatten((TxnResponse) done.response(), answers);
        assertThat(answers).hasSameSizeAs(ops);
        Model.Txn txn = model.new Txn();
        for (int i = 0; i < ops.size(); i++) {
            checkOp(txn, ops.get(i), answers.get(i));
        }
        txn.end();
        assertThat(done.revision()).isEqualTo(model.revision);
    }

    private EtcdError refusalOf(List<RequestOp> ops) {
        for (RequestOp op : ops) {
            long revision = op.getRequestRange().getRevision();
            if (revision > model.revision) {
                return EtcdError.FUTURE_REV;
            }
            if (revision != 0 && revision < model.compacted) {
                return EtcdError.COMPACTED;
            }
        }
        return null;
    }

    private static void flatten(TxnResponse response, List<ResponseOp> into) {
        for (ResponseOp op : response.getResponsesList()) {
            if (op.hasResponseTxn()) {
                flatten(op.getResponseTxn(), into);
            } else {
                into.add(op);
            }
        }
    }

    private void checkOp(Model.Txn txn, RequestOp op, ResponseOp answer) {
        if (op.hasRequestPut()) {
            txn.put(op.getRequestPut());
            assertThat(answer.getResponsePut().getHeader().getRevision()).isEqualTo(txn.now());
        } else if (op.hasRequestDeleteRange()) {
            List<KeyValue> gone = txn.delete(op.getRequestDeleteRange());
            checkDeleted(answer.getResponseDeleteRange(), op.getRequestDeleteRange(), gone);
        } else {
            RangeRequest range = op.getRequestRange();
            checkRange(answer.getResponseRange(), range, txn.now());
            assertThat(answer.getResponseRange().getHeader().getRevision()).isEqualTo(txn.now());
        }
    }

    private void checkRange(RangeResponse response, RangeRequest request, long now) {
        Model.Answer expected = model.range(request, now);
        assertThat(response.getKvsList()).isEqualTo(expected.kvs());
        assertThat(response.getMore()).isEqualTo(expected.more());
        assertThat(response.getCount()).isEqualTo(expected.count());
    }

    private void range() throws Exception {
        store().endBatch();
        RangeRequest request = randomRange();
        if (request.getRevision() > model.revision) {
            assertThatThrownBy(() -> store().machine.keyValues().range(request))
                    .isSameAs(EtcdError.FUTURE_REV.exception());
            return;
        }
        if (request.getRevision() > 0 && request.getRevision() < model.compacted) {
            assertThatThrownBy(() -> store().machine.keyValues().range(request))
                    .isSameAs(EtcdError.COMPACTED.exception());
            return;
        }
        RangeResponse response = store().machine.keyValues().range(request).toMessage();
        checkRange(response, request, model.revision);
        stream(
                request.toBuilder()
                        .clearSortOrder()
                        .clearSortTarget()
                        .clearMinModRevision()
                        .clearMaxModRevision()
                        .clearMinCreateRevision()
                        .clearMaxCreateRevision()
                        .build());
    }

    private void stream(RangeRequest request) throws Exception {
        RangeStream stream = store().machine.keyValues().rangeStream(request);
        RangeResponse.Builder all = RangeResponse.newBuilder();
        while (!stream.isDone()) {
            RangeResult chunk = stream.next(20 + random.nextInt(100));
            all.mergeFrom(chunk.toMessage());
        }
        Model.Answer expected = model.range(request, model.revision);
        assertThat(all.getKvsList()).isEqualTo(expected.kvs());
        assertThat(all.getMore()).isEqualTo(expected.more());
        assertThat(all.getCount()).isEqualTo(expected.count());
        streamByValue(request, expected.kvs());
    }

    /** A target without an order sorts chunk by chunk; no key is lost or told twice. */
    private void streamByValue(RangeRequest request, List<KeyValue> expected) throws Exception {
        RangeRequest byValue =
                request.toBuilder().setSortTarget(RangeRequest.SortTarget.VALUE).build();
        RangeStream stream = store().machine.keyValues().rangeStream(byValue);
        List<KeyValue> all = new ArrayList<>();
        while (!stream.isDone()) {
            List<KeyValue> chunk = stream.next(1_000).toMessage().getKvsList();
            if (!request.getKeysOnly()) {
                assertThat(chunk)
                        .isSortedAccordingTo(
                                Comparator.comparing(
                                        KeyValue::getValue,
                                        ByteString.unsignedLexicographicalComparator()));
            }
            all.addAll(chunk);
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void compact() {
        long at = randomRevision() - random.nextInt(4);
        Outcome outcome = store().apply(r -> r.getCompactionBuilder().setRevision(at));
        if (at <= model.compacted) {
            assertThat(((Outcome.Refused) outcome).why()).isSameAs(EtcdError.COMPACTED.exception());
        } else if (at > model.revision) {
            assertThat(((Outcome.Refused) outcome).why())
                    .isSameAs(EtcdError.FUTURE_REV.exception());
        } else {
            assertThat(outcome).isInstanceOf(Outcome.Done.class);
            model.compacted = at;
        }
        store().endBatch();
    }

    private void history() {
        store().endBatch();
        byte[] key = key().toByteArray();
        byte[] end = end().toByteArray();
        long from = Math.max(1, model.revision - random.nextInt(20));
        int max = 1 + random.nextInt(6);
        History.Slice slice = store().machine.keyValues().read(key, end, from, max);
        if (from < model.compacted) {
            assertThat(slice.compacted()).isTrue();
            return;
        }
        List<Model.Record> expected = new ArrayList<>();
        long revisions = 0;
        long last = -1;
        long completeTo = model.revision;
        for (Model.Record r : model.history) {
            boolean inside =
                    r.main() >= from
                            && !Model.in(
                                            only(r.kv()),
                                            ByteString.copyFrom(key),
                                            ByteString.copyFrom(end))
                                    .isEmpty();
            // Exactly at the compacted revision everything is still there.
            if (inside) {
                if (r.main() != last && ++revisions > max) {
                    completeTo = r.main() - 1;
                    break;
                }
                last = r.main();
                expected.add(r);
            }
        }
        expected.removeIf(r -> r.main() == model.compacted && !model.kept().contains(r));
        assertThat(slice.compacted()).isFalse();
        List<Change> changes = new ArrayList<>(slice.changes());
        changes.removeIf(c ->
                c.main() == model.compacted
                        && expected.stream()
                                .noneMatch(r -> r.main() == c.main() && r.sub() == c.sub()));
        assertThat(changes).hasSameSizeAs(expected);
        assertThat(slice.completeTo()).isEqualTo(completeTo);
        for (int i = 0; i < expected.size(); i++) {
            Change c = changes.get(i);
            Model.Record r = expected.get(i);
            assertThat(c.main()).isEqualTo(r.main());
            assertThat(c.sub()).isEqualTo(r.sub());
            assertThat(c.tombstone()).isEqualTo(r.tombstone());
            assertThat(c.record()).isEqualTo(r.kv().toByteArray());
            assertThat(c.created()).isEqualTo(!r.tombstone() && r.kv().getVersion() == 1);
        }
        checkPrevious(key, from);
    }

    private void checkPrevious(byte[] key, long at) {
        byte[] previous = store().machine.keyValues().previous(key, at);
        KeyValue expected = model.state(at).get(ByteString.copyFrom(key));
        assertThat(previous).isEqualTo(expected == null ? null : expected.toByteArray());
    }

    private static java.util.TreeMap<ByteString, KeyValue> only(KeyValue kv) {
        java.util.TreeMap<ByteString, KeyValue> map =
                new java.util.TreeMap<>(ByteString.unsignedLexicographicalComparator());
        map.put(kv.getKey(), kv);
        return map;
    }

    private void hash() throws StatusException {
        store().endBatch();
        long at = random.nextBoolean() ? 0 : Math.max(1, randomRevision());
        if (at > model.revision) {
            assertThatThrownBy(() -> store().machine.keyValues().hash(at))
                    .isSameAs(EtcdError.FUTURE_REV.exception());
            return;
        }
        boolean stored =
                store().machine.keyValues().compactionHashes().stream()
                        .anyMatch(h -> h.revision() == at);
        if (at != 0 && at < model.compacted && !stored) {
            assertThatThrownBy(() -> store().machine.keyValues().hash(at))
                    .isSameAs(EtcdError.COMPACTED.exception());
            return;
        }
        KeyHash hash = store().machine.keyValues().hash(at);
        assertThat(hash.revision()).isEqualTo(at == 0 ? model.revision : at);
        if (!stored) {
            assertThat(hash.compactRevision()).isEqualTo(model.compacted);
        }
        if (model.anyAliveAt(hash.revision())) {
            assertThat(hash.hash())
                    .isEqualTo(model.hash(model.history, hash.revision(), hash.compactRevision()));
        } else if (!stored && !store().machine.compacting()) {
            // With nothing alive the old records count as long as they are there, a property of the
            // definition.
            assertThat(hash.hash())
                    .isEqualTo(model.hash(model.kept(), hash.revision(), hash.compactRevision()));
        }
    }

    /** Stops after a commit, or kills between commits and applies the lost entries once more. */
    private void restart() {
        store().commit();
        machines.add(store().crashed());
        machines.removeFirst();
        assertThat(store().machine.keyValues().currentRevision()).isEqualTo(model.revision);
        assertThat(store().machine.keyValues().compactRevision()).isEqualTo(model.compacted);
    }

    private void checkRecords() throws Exception {
        store().compactFully();
        store().commit();
        List<String> stored = new ArrayList<>();
        store().engine
                .read()
                .scanAll(
                        dev.quorate.storage.engine.Bucket.KEY,
                        (k, v) ->
                                stored.add(
                                        RevisionKey.main(k)
                                                + "/"
                                                + RevisionKey.sub(k)
                                                + RevisionKey.isTombstone(k)
                                                + java.util.Arrays.toString(v)));
        List<String> expected =
                model.kept().stream()
                        .map(r ->
                                r.main()
                                        + "/"
                                        + r.sub()
                                        + r.tombstone()
                                        + java.util.Arrays.toString(r.kv().toByteArray()))
                        .toList();
        assertThat(stored).isEqualTo(expected);
    }
}
