package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Readers beside a writer that compacts behind itself: every answer is one revision's state, or a refusal that is true. */
class ReadersTest {
    private static final int KEYS = 50;
    private static final int ROUNDS = 600;

    private final Fixture fixture = Fixture.opened();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Test
    void everyAnswerIsOneRevisionsState() throws Exception {
        fixture.compactionBatch = 40;
        fixture.open();
        writeRound(0);
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int back = i * KEYS;
            readers.add(Thread.ofPlatform().start(() -> readUntilStopped(back)));
        }
        for (int round = 1; round < ROUNDS && failure.get() == null; round++) {
            writeRound(round);
            if (round % 3 == 0) {
                long at = fixture.machine.keyValues().currentRevision() - 1;
                fixture.apply(r -> r.getCompactionBuilder().setRevision(at));
                fixture.endBatch();
                fixture.compactFully();
                fixture.backend.commit();
            }
        }
        stop.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(failure.get()).isNull();
    }

    /** One transaction that gives every key the same value. */
    private void writeRound(int round) {
        fixture.apply(r -> {
            for (int k = 0; k < KEYS; k++) {
                r.getTxnBuilder()
                        .addSuccessBuilder()
                        .getRequestPutBuilder()
                        .setKey(bytes("k" + k))
                        .setValue(bytes("" + round));
            }
        });
        fixture.endBatch();
    }

    private void readUntilStopped(int back) {
        try {
            while (!stop.get()) {
                read(back);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void read(int back) {
        long revision = back == 0 ? 0 : fixture.machine.keyValues().currentRevision() - 1;
        RangeRequest request =
                RangeRequest.newBuilder()
                        .setKey(bytes("k"))
                        .setRangeEnd(bytes("l"))
                        .setRevision(revision)
                        .build();
        RangeResponse response;
        try {
            response = fixture.machine.keyValues().range(request).toMessage();
            if (revision == 0) {
                fixture.machine.keyValues().hash(0);
            }
        } catch (StatusException e) {
            assertThat(e).isSameAs(EtcdError.COMPACTED.exception());
            assertThat(fixture.machine.keyValues().compactRevision()).isGreaterThan(revision);
            return;
        }
        if (revision == 1) {
            return;
        }
        assertThat(response.getKvsList()).hasSize(KEYS);
        assertThat(response.getKvsList().stream().map(KeyValue::getValue).distinct()).hasSize(1);
    }
}
