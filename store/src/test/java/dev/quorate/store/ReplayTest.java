package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that is killed between commits and applies its log again ends in the state of one that never stopped. */
class ReplayTest {
    private static final int ENTRIES = 300;

    private final List<InternalRaftRequest> log = new ArrayList<>();
    private Random random = new Random();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void endsInTheSameState(long seed) {
        random = new Random(seed);
        for (int i = 0; i < ENTRIES; i++) {
            log.add(entry(i));
        }
        Fixture steady = Fixture.opened();
        while (steady.machine.consistentIndex() < ENTRIES) {
            next(steady);
        }
        Fixture killed = Fixture.opened();
        while (killed.machine.consistentIndex() < ENTRIES) {
            next(killed);
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> killed.endBatch();
                case 3, 4 -> killed.commit();
                case 5 -> {
                    killed.endBatch();
                    killed.compactStep();
                }
                case 6 -> killed = killed.crashed();
                default -> {}
            }
        }
        assertThat(dump(killed)).as("seed %d", seed).isEqualTo(dump(steady));
    }

    private void next(Fixture fixture) {
        long index = fixture.machine.consistentIndex() + 1;
        fixture.machine.apply(index, 1 + index / 50, log.get((int) index - 1), false);
    }

    private static List<String> dump(Fixture fixture) {
        fixture.compactFully();
        fixture.commit();
        List<String> lines = new ArrayList<>();
        try (ReadView view = fixture.engine.read()) {
            for (Bucket bucket : Bucket.byName()) {
                view.scanAll(
                        bucket,
                        (k, v) ->
                                lines.add(
                                        bucket.text()
                                                + HexFormat.of().formatHex(k)
                                                + "="
                                                + HexFormat.of().formatHex(v)));
            }
        }
        lines.add(fixture.machine.leases().list().toString());
        lines.add("" + fixture.machine.keyValues().currentRevision());
        lines.add("" + fixture.machine.keyValues().compactRevision());
        lines.add("" + fixture.machine.keyValues().liveKeys());
        return lines;
    }

    private ByteString key() {
        return ByteString.copyFromUtf8("k" + random.nextInt(20));
    }

    private InternalRaftRequest entry(int i) {
        InternalRaftRequest.Builder r = InternalRaftRequest.newBuilder();
        switch (random.nextInt(12)) {
            case 0 -> r.getDeleteRangeBuilder().setKey(key()).setRangeEnd(key());
            case 1 -> r.getLeaseGrantBuilder().setID(1 + random.nextInt(4)).setTTL(60);
            case 2 -> r.getLeaseRevokeBuilder().setID(1 + random.nextInt(4));
            case 3 -> r.getCompactionBuilder().setRevision(1 + random.nextInt(i + 1));
            case 4 ->
                    r.getAuthUserAddBuilder()
                            .setName("u" + random.nextInt(5))
                            .setHashedPassword("AAAA");
            case 5 -> r.getAuthUserDeleteBuilder().setName("u" + random.nextInt(5));
            case 6 -> r.getAuthRoleAddBuilder().setName("r" + random.nextInt(5));
            case 7 ->
                    r.getAuthUserGrantRoleBuilder()
                            .setUser("u" + random.nextInt(5))
                            .setRole("r" + random.nextInt(5));
            default -> r.getPutBuilder().setKey(key()).setLease(random.nextInt(5)).setValue(key());
        }
        return r.build();
    }
}
