package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.storage.disk.FaultyDisk;
import dev.quorate.storage.disk.FaultyDisk.Fault;
import dev.quorate.storage.disk.FaultyDisk.Operation;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.engine.MemEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The disk fails under a running member: it stops, refuses everybody, and never acknowledges what it could not keep. */
class DiskFailureTest {
    private static final int WRITERS = 8;
    private static final int WRITES_MAX = 100_000;
    private static final long PATIENCE_SECONDS = 20;
    private static final Fault NONE = (_, _, bytes) -> bytes;

    private final ServerConfig config = ServerConfig.loopback("one", Path.of("/data"), 2380, 2379);
    private final MemDisk memory = new MemDisk();
    private final FaultyDisk disk = new FaultyDisk(memory, NONE);
    private final MemEngine engine = new MemEngine();
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();

    @Test
    void aFailedSyncStopsTheMember() throws Exception {
        MemberFailedException failure =
                failureAfter(() -> disk.setFault(Fault.failFrom(Operation.SYNC, 1)));
        assertThat(failure).hasMessage("failed to save Raft hard state and entries");
        assertThat(failure.reason()).hasMessageContaining("input/output error");
    }

    @Test
    void aSyncThatFailsOnceStopsTheMemberToo() throws Exception {
        MemberFailedException failure =
                failureAfter(() -> disk.setFault(Fault.failOnce(Operation.SYNC, 1)));
        assertThat(failure).hasMessage("failed to save Raft hard state and entries");
    }

    @Test
    void aFullDiskStopsTheMember() throws Exception {
        MemberFailedException failure = failureAfter(() -> disk.setFault(Fault.fullAfter(10_000)));
        assertThat(failure).hasMessage("failed to save Raft hard state and entries");
        assertThat(failure.reason()).hasMessageContaining("no space left on device");
    }

    @Test
    void aDatabaseThatCannotBeWrittenStopsTheMember() throws Exception {
        MemberFailedException failure =
                failureAfter(() ->
                        engine.failNextCommit(new IOException("write: no space left on device")));
        assertThat(failure).hasMessage("failed to commit tx");
        assertThat(failure.reason()).hasMessageContaining("no space left on device");
    }

    /** Lets writers write, breaks something, and looks at a member started on what a power cut would leave. */
    private MemberFailedException failureAfter(Runnable fault) throws Exception {
        MemberFailedException failure;
        RunningMember member = new RunningMember(config, disk, engine);
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<StatusException>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String name = "writer" + i + "/";
                writers.add(threads.submit(() -> write(member, name)));
            }
            while (acknowledged.size() < WRITERS) {
                Thread.onSpinWait();
            }
            fault.run();
            failure = member.server().failed().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            for (Future<StatusException> writer : writers) {
                assertThat(writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .hasMessageContaining("etcdserver: server stopped")
                        .extracting(StatusException::code)
                        .isEqualTo(EtcdError.STOPPED.code());
            }
        }
        MemDisk left = memory.crashCloneLosingAll();
        MemEngine leftEngine = engine.crashClone();
        try (RunningMember again = new RunningMember(config, left, leftEngine)) {
            RangeResponse all =
                    again.call(
                            "Range",
                            RangeRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8("writer"))
                                    .setRangeEnd(ByteString.copyFromUtf8("writes"))
                                    .setKeysOnly(true)
                                    .build());
            Set<String> held = new ConcurrentSkipListSet<>();
            all.getKvsList().forEach(one -> held.add(one.getKey().toStringUtf8()));
            assertThat(held).containsAll(acknowledged);
        }
        return failure;
    }

    private StatusException write(RunningMember member, String name) throws Exception {
        for (int i = 0; i < WRITES_MAX; i++) {
            String key = name + i;
            try {
                member.call(
                        "Put",
                        PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
                acknowledged.add(key);
            } catch (StatusException refusal) {
                return refusal;
            }
        }
        throw new AssertionError("nothing failed");
    }
}
