package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not as the member left them: each ends in one fatal line and exit code 1, or in a member that holds everything. */
class DamageTest {
    private static final int KEYS = 200;

    @TempDir Path home;

    @Test
    void aSecondProcessIsTurnedAwayAndTheFirstServesOn() throws Exception {
        try (Victim first = Victim.launch(home).serving();
                Gateway member = new Gateway(first.clientPort())) {
            member.put("a", "1");
            try (Victim second = Victim.launch(home)) {
                refuses(second, "another process is using the data directory");
            }
            assertThat(member.put("a", "2")).isGreaterThan(1);
        }
    }

    @Test
    void aLogWithoutDatabaseIsReplayed() throws Exception {
        fill();
        deleteTree(engine());
        holdsEverything();
    }

    @Test
    void aDatabaseWithoutLogIsRefused() throws Exception {
        fill();
        deleteTree(wal());
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "there is no write-ahead log");
        }
    }

    @Test
    void aDatabaseOlderThanTheLogIsRefused() throws Exception {
        fill("--snapshot-count=50");
        deleteTree(engine());
        try (Victim victim = Victim.launch(home, "--snapshot-count=50")) {
            refuses(victim, "the database is older than the log");
        }
    }

    @Test
    void aFlippedByteInTheMiddleOfTheLogIsRefused() throws Exception {
        fill();
        Path segment = only(wal(), ".wal");
        flip(segment, find(segment, "value" + KEYS / 2));
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "is damaged at offset");
        }
    }

    @Test
    void aLogThatEndsTooSoonIsRefused() throws Exception {
        fill();
        Path segment = only(wal(), ".wal");
        truncate(segment, used(segment) / 2);
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "the write-ahead log");
        }
    }

    @Test
    void anEmptyLogFileIsRefused() throws Exception {
        fill();
        truncate(only(wal(), ".wal"), 0);
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "wal");
        }
    }

    @Test
    void aTruncatedDatabaseIsRefused() throws Exception {
        fill();
        Path file = engine().resolve("data.mdb");
        truncate(file, Files.size(file) / 2);
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "engine");
        }
    }

    @Test
    void aDatabaseWithADamagedHeadIsRefused() throws Exception {
        fill();
        Path file = engine().resolve("data.mdb");
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.write(new byte[8192]);
        }
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, "engine");
        }
    }

    @Test
    void looseDirectoriesAreWarnedOf() throws Exception {
        fill();
        Files.setPosixFilePermissions(
                home.resolve("data"), PosixFilePermissions.fromString("rwxr-xr-x"));
        holdsEverything();
        assertThat(log())
                .anyMatch(line ->
                        line.contains("\"level\":\"warn\"")
                                && line.contains("check file permission")
                                && line.contains("drwxr-xr-x"));
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefused() throws Exception {
        Path data = Files.createDirectories(home.resolve("data"));
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(data);
        forbidWriting(data);
        try (Victim victim = Victim.launch(home)) {
            refuses(victim, data.resolve("member") + ": ");
            assertThat(victim.fatalLines().getFirst())
                    .containsAnyOf("Permission denied", "Operation not permitted");
        } finally {
            if (!Files.isWritable(data)) {
                attribute("-i", data);
            }
            Files.setPosixFilePermissions(data, before);
        }
    }

    /** Root may write whatever the mode says, but not what is immutable. */
    private static void forbidWriting(Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        if (Files.isWritable(directory)) {
            attribute("+i", directory);
        }
        assumeFalse(Files.isWritable(directory), "nothing keeps this user from writing");
    }

    private static void attribute(String change, Path file) throws Exception {
        try {
            new ProcessBuilder("chattr", change, file.toString()).start().waitFor();
        } catch (IOException _) {
            // No such program here.
        }
    }

    /** The limit stands for a full disk: writes beyond it fail. The shell counts in blocks of 512 or 1024 bytes. */
    @Test
    void aFullDiskStopsTheMemberAndLosesNothing() throws Exception {
        String value = "v".repeat(30_000);
        int acknowledged = 0;
        try (Victim victim = Victim.launchUnder("ulimit -f 10000", home).serving();
                Gateway member = new Gateway(victim.clientPort())) {
            while (acknowledged < 1000) {
                try {
                    member.put("big" + acknowledged, value);
                } catch (IOException | Gateway.RefusedException _) {
                    break;
                }
                acknowledged++;
            }
            assertThat(victim.awaitExit()).as(victim.log()).isEqualTo(1);
        }
        assertThat(acknowledged).isBetween(10, 999);
        List<String> fatal =
                log().stream().filter(line -> line.startsWith("{\"level\":\"fatal\"")).toList();
        assertThat(fatal).hasSize(1);
        assertThat(fatal.getFirst())
                .containsAnyOf("failed to save Raft hard state and entries", "failed to commit tx");
        try (Victim victim = Victim.launch(home).serving();
                Gateway member = new Gateway(victim.clientPort())) {
            assertThat(member.range("big", "bih").found())
                    .hasSizeBetween(acknowledged, acknowledged + 1);
        }
    }

    private void fill(String... flags) throws Exception {
        try (Victim victim = Victim.launch(home, flags).serving();
                Gateway member = new Gateway(victim.clientPort())) {
            for (int i = 0; i < KEYS; i++) {
                member.put("key" + i, "value" + i);
            }
            assertThat(victim.terminate()).isEqualTo(143);
        }
        Files.delete(home.resolve("server.log"));
    }

    private void holdsEverything() throws Exception {
        try (Victim victim = Victim.launch(home).serving();
                Gateway member = new Gateway(victim.clientPort())) {
            TreeMap<String, String> held = new TreeMap<>();
            Gateway.Answer answer = member.range("key", "kez");
            answer.found().forEach(found -> held.put(found.key(), found.value()));
            TreeMap<String, String> written = new TreeMap<>();
            for (int i = 0; i < KEYS; i++) {
                written.put("key" + i, "value" + i);
            }
            assertThat(held).isEqualTo(written);
            assertThat(answer.revision()).isEqualTo(KEYS + 1);
            assertThat(victim.fatalLines()).isEmpty();
        }
    }

    /** One fatal line that says why, exit code 1, and nothing that is no log line. */
    private static void refuses(Victim victim, String reason) throws Exception {
        assertThat(victim.awaitExit()).as(victim.log()).isEqualTo(1);
        assertThat(victim.fatalLines()).as(victim.log()).hasSize(1);
        assertThat(victim.fatalLines().getFirst()).contains(reason);
        assertThat(victim.log().lines()).allMatch(line -> line.startsWith("{\"level\":"));
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(home.resolve("server.log"));
    }

    private Path engine() {
        return home.resolve("data/member/engine");
    }

    private Path wal() {
        return home.resolve("data/member/wal");
    }

    private static Path only(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ending)).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    /** Bytes up to the last one that is not zero: segments are filled with zeros ahead of their records. */
    private static long used(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** Where a text stands: inside a record, not between two, where nothing is covered by a checksum. */
    private static long find(Path file, String text) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 0xff);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(size);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
