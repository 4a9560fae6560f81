package dev.quorate.tools.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.log.Level;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import dev.quorate.server.config.LogSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
    @TempDir Path dir;

    @Test
    void writesToFilesAndTakesOverLibraries() throws IOException {
        Path file = dir.resolve("etcd.log");
        Sink previous = Log.sink();
        try {
            Logging.install(
                    new LogSettings(
                            Level.INFO,
                            List.of(file.toString()),
                            LineFormat.JSON,
                            false,
                            LogSettings.defaults().rotation()));
            Logging.captureLibraries(Level.INFO);
            Log.of(LoggingTest.class).info("ours", "n", 1);
            Log.of(LoggingTest.class).debug("hidden");
            Logger.getLogger("io.netty.channel.Thing").warning("theirs");
            Logger.getLogger("io.netty.channel.Thing").info("chatter");
            System.getLogger("x.Y").log(System.Logger.Level.ERROR, "jdk {0}", "here");
        } finally {
            Log.install(previous);
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains("\"caller\":\"logging/LoggingTest.java:")
                .contains("\"msg\":\"ours\",\"n\":1}");
        assertThat(lines.get(1))
                .contains("\"level\":\"warn\"")
                .contains("\"logger\":\"Thing\"")
                .contains("\"msg\":\"theirs\"");
        assertThat(lines.get(2)).contains("\"level\":\"error\"").contains("\"msg\":\"jdk here\"");
    }

    @Test
    void putsFilesAsideBySizeAndKeepsSome() throws IOException {
        Path file = dir.resolve("etcd.log");
        AtomicLong seconds = new AtomicLong(1_800_000_000);
        LogSettings.Rotation rotation = new LogSettings.Rotation(1, 0, 2, false, true);
        try (RotatingFile out =
                new RotatingFile(
                        file,
                        rotation,
                        () -> Instant.ofEpochSecond(seconds.incrementAndGet()),
                        10)) {
            for (int i = 0; i < 5; i++) {
                out.write(("line " + i + "xx\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(Files.readString(file)).isEqualTo("line 4xx\n");
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .hasSize(3)
                    .filteredOn(name -> !name.equals("etcd.log"))
                    .allSatisfy(name ->
                            assertThat(name)
                                    .matches(
                                            "etcd-2027-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.000\\.log\\.gz"));
        }
    }
}
