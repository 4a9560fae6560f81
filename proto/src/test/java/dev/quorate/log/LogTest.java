package dev.quorate.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Instant TIME = Instant.parse("2026-11-21T00:00:00.123450Z");

    @Test
    void jsonHasZapsShape() {
        Line line =
                new Line(
                        Level.INFO,
                        "raft",
                        "server/Node.java:7",
                        "became \"leader\"",
                        new Object[] {"term", 2L, "ok", true});

        assertThat(LineFormat.JSON.encode(line, TIME))
                .isEqualTo(
                        "{\"level\":\"info\",\"ts\":\"2026-11-21T00:00:00.123450Z\",\"logger\":\"raft\",\"caller\":\"server/Node.java:7\","
                                + "\"msg\":\"became \\\"leader\\\"\",\"term\":2,\"ok\":true}\n");
    }

    @Test
    void consoleHasZapsShape() {
        Line line =
                new Line(
                        Level.WARN,
                        "",
                        "a/B.java:1",
                        "slow",
                        new Object[] {"took", Duration.ofMillis(1500), "n", 3});

        assertThat(LineFormat.CONSOLE.encode(line, TIME))
                .isEqualTo(
                        "2026-11-21T00:00:00.123450Z\twarn\ta/B.java:1\tslow\t{\"took\": \"1.5s\", \"n\": 3}\n");
        assertThat(
                        LineFormat.CONSOLE.encode(
                                new Line(Level.INFO, "", "", "x", new Object[0]), TIME))
                .isEqualTo("2026-11-21T00:00:00.123450Z\tinfo\tx\n");
    }

    @Test
    void encodesEveryKindOfValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", List.of());
        Object[] fields = {
            "list",
            List.of("x", "y"),
            "ints",
            new int[] {1, 2},
            "map",
            map,
            "null",
            null,
            "half",
            0.5,
            "whole",
            1.0,
            "error",
            new IOException("a\nb\u0001"),
            "path",
            java.nio.file.Path.of("/d/e"),
            "lone",
            "\ud800",
            "key"
        };

        assertThat(LineFormat.JSON.encode(new Line(Level.INFO, "", "", "m", fields), TIME))
                .contains(
                        "\"list\":[\"x\",\"y\"],\"ints\":[1,2],\"map\":{\"a\":1,\"b\":[]},\"null\":null,\"half\":0.5,\"whole\":1,"
                                + "\"error\":\"a\\nb\\u0001\",\"path\":\"/d/e\",\"lone\":\"\\ufffd\",\"key\":null}");
    }

    @Test
    void urgentLinesShowTheStackOfTheirException() {
        Object[] fields = {"error", new IOException("broken")};

        assertThat(LineFormat.JSON.encode(new Line(Level.FATAL, "", "", "m", fields), TIME))
                .contains(
                        "\"error\":\"broken\",\"stacktrace\":\"java.io.IOException: broken\\n\\tat dev.quorate.log.LogTest");
        assertThat(LineFormat.JSON.encode(new Line(Level.WARN, "", "", "m", fields), TIME))
                .doesNotContain("stacktrace");
    }

    @Test
    void tellsTheCallerAndChecksTheLevelFirst() {
        List<Line> lines = new ArrayList<>();
        Sink previous =
                Log.install(
                        new Sink() {
                            @Override
                            public boolean isEnabled(Level level) {
                                return level.compareTo(Level.INFO) >= 0;
                            }

                            @Override
                            public void write(Line line) {
                                lines.add(line);
                            }
                        });
        try {
            Log log = Log.of(LogTest.class);
            log.debug("quiet", "a", 1);
            log.info("heard", "a", 1);
        } finally {
            Log.install(previous);
        }

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().message()).isEqualTo("heard");
        assertThat(lines.getFirst().caller()).matches("log/LogTest\\.java:\\d+");
    }

    @Test
    void durationsAreGos() {
        Map<String, Long> cases =
                Map.of(
                        "0s",
                        0L,
                        "5ns",
                        5L,
                        "1.5µs",
                        1500L,
                        "100ms",
                        100_000_000L,
                        "1.873397ms",
                        1_873_397L,
                        "1m0s",
                        60_000_000_000L,
                        "1h0m0s",
                        3_600_000_000_000L,
                        "-2s",
                        -2_000_000_000L,
                        "1h30m0.5s",
                        5_400_500_000_000L);
        cases.forEach((text, nanos) -> {
            assertThat(GoDuration.format(Duration.ofNanos(nanos))).isEqualTo(text);
            assertThat(GoDuration.parse(text)).contains(Duration.ofNanos(nanos));
        });
        assertThat(GoDuration.parse("1.5h")).contains(Duration.ofMinutes(90));
        assertThat(GoDuration.parse(".5s")).contains(Duration.ofMillis(500));
        assertThat(List.of("", "-", "5", "5x", "s", "1s2", ".s", "1.2.3s"))
                .allSatisfy(bad -> assertThat(GoDuration.parse(bad)).isEmpty());
    }
}
