package dev.quorate.tools.util;

import com.google.protobuf.ByteString;
import dev.quorate.log.Log;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Every command of etcdutl once, on a snapshot made here. */
final class TrainingRuns {
    private static final int KEYS = 500;

    private TrainingRuns() {}

    static void run(Path scratch) throws IOException {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Log.install(new ConsoleSink(nowhere, InstantSource.system()));
        String snapshot = snapshot(scratch.resolve("snapshot.db")).toString();
        String data = scratch.resolve("data").toString();
        for (List<String> line :
                List.of(
                        List.of("version"),
                        List.of("--help"),
                        List.of("nope"),
                        List.of("snapshot", "status", snapshot),
                        List.of("snapshot", "status", snapshot, "-w", "table"),
                        List.of("hashkv", snapshot, "-w", "json"),
                        List.of(
                                "snapshot",
                                "restore",
                                snapshot,
                                "--skip-hash-check",
                                "--data-dir",
                                data),
                        List.of("hashkv", data),
                        List.of("defrag", "--data-dir", data))) {
            new EtcdutlCommand(nowhere, nowhere).run(line);
        }
    }

    private static Path snapshot(Path path) throws IOException {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < KEYS; i++) {
            batch.put(
                    Bucket.KEY,
                    RevisionKey.encode(i + 2L, 0, false),
                    KeyValue.newBuilder()
                            .setKey(ByteString.copyFromUtf8("key" + i))
                            .setCreateRevision(i + 2L)
                            .setModRevision(i + 2L)
                            .setVersion(1)
                            .build()
                            .toByteArray());
        }
        try (MemEngine engine = new MemEngine();
                OutputStream file = Files.newOutputStream(path)) {
            engine.commit(batch);
            try (ReadView view = engine.read()) {
                BboltWriter.plan(view).write(file);
            }
        }
        return path;
    }
}
