package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.verify.fault.Gateway.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stopped process of three has one record of its database changed behind its back; each kind of check finds out. */
@Tag("slow")
class CorruptMemberTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final String VICTIM = "b";
    private static final int KEYS = 20;

    @TempDir Path home;

    @Test
    void theInitialCheckRefusesToStart() throws Exception {
        try (Members members =
                Members.start(home, NAMES, "--feature-gates=InitialCorruptCheck=true")) {
            damage(members);
            members.restart(VICTIM);
            assertThat(members.victim(VICTIM).awaitExit()).isEqualTo(1);
            assertThat(members.victim(VICTIM).fatalLines())
                    .last()
                    .asString()
                    .contains("found data inconsistency with peers");
            assertThat(members.victim(VICTIM).log())
                    .contains("found different hash values from remote peer");
            members.callPatiently("a", gateway -> gateway.put("k-after", "v"));
        }
    }

    @Test
    void thePeriodicCheckRaisesTheAlarm() throws Exception {
        try (Members members =
                Members.start(
                        home,
                        NAMES,
                        "--corrupt-check-time=1s",
                        "--feature-gates=CompactHashCheck=false")) {
            damage(members);
            members.restart(VICTIM);
            awaitAlarm(members);
        }
    }

    @Test
    void aCompactionRaisesTheAlarm() throws Exception {
        try (Members members = Members.start(home, NAMES, "--compact-hash-check-time=1s")) {
            damage(members);
            members.restart(VICTIM);
            members.awaitReadable(VICTIM);
            members.callPatiently(
                    "a",
                    gateway -> {
                        gateway.compact(KEYS);
                        return true;
                    });
            awaitAlarm(members);
        }
    }

    private static void damage(Members members) throws Exception {
        long revision = 0;
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + i;
            revision = members.callPatiently(VICTIM, gateway -> gateway.put(key, "value"));
        }
        members.awaitSameKeys(revision);
        assertThat(members.victim(VICTIM).terminate()).isEqualTo(Victim.TERMINATED);
        Path database = members.victim(VICTIM).data().resolve("member").resolve("engine");
        byte[] record = RevisionKey.encode(revision - KEYS / 2, 0, false);
        try (Engine engine = LmdbEngine.open(database)) {
            byte[] value;
            try (ReadView view = engine.read()) {
                value = Objects.requireNonNull(view.get(Bucket.KEY, record)).clone();
            }
            value[value.length - 1] ^= 1;
            WriteBatch batch = new WriteBatch();
            batch.put(Bucket.KEY, record, value);
            engine.commit(batch);
        }
    }

    /** It names the member, and nobody writes any more. */
    private static void awaitAlarm(Members members) throws Exception {
        members.victim(VICTIM).serving();
        String id = members.id(VICTIM);
        for (String name : NAMES) {
            members.await(
                    () ->
                            members.post(name, "/v3/maintenance/alarm", "{\"action\":\"GET\"}")
                                    .contains(
                                            "{\"memberID\":\"" + id + "\",\"alarm\":\"CORRUPT\"}"),
                    "alarm at " + name);
            assertThatThrownBy(() -> members.call(name, gateway -> gateway.put("k", "v")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("etcdserver: corrupt cluster");
        }
    }
}
