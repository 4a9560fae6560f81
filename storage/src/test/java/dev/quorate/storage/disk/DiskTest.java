package dev.quorate.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTest {

    @TempDir Path temp;

    private Disk disk(boolean real) {
        return real ? new RealDisk() : new MemDisk();
    }

    private String root(Disk disk) throws IOException {
        String root = temp.toString();
        disk.createDirectories(root);
        return root;
    }

    private static void write(Disk disk, String path, String text) throws IOException {
        try (DiskFile file = disk.open(path, Disk.OpenMode.CREATE)) {
            file.writeAt(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private static String read(Disk disk, String path) throws IOException {
        return new String(disk.readAll(path, 1 << 20), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesBehaveTheSameEverywhere(boolean real) throws IOException {
        Disk disk = disk(real);
        String path = Disk.join(root(disk), "f");
        assertThatThrownBy(() -> disk.open(path, Disk.OpenMode.READ))
                .hasMessage("open " + path + ": no such file or directory");
        SplittableRandom random = new SplittableRandom(1);
        byte[] model = new byte[8_000];
        int size = 0;
        try (DiskFile file = disk.open(path, Disk.OpenMode.CREATE_NEW)) {
            for (int step = 0; step < 300; step++) {
                int from = random.nextInt(6_000);
                int length = random.nextInt(2_000);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        byte[] bytes = new byte[length];
                        random.nextBytes(bytes);
                        file.writeAt(ByteBuffer.wrap(bytes), from);
                        System.arraycopy(bytes, 0, model, from, length);
                        size = length == 0 ? size : Math.max(size, from + length);
                    }
                    case 1 -> {
                        file.fillZeros(from, from + length);
                        java.util.Arrays.fill(model, from, from + length, (byte) 0);
                        size = length == 0 ? size : Math.max(size, from + length);
                    }
                    default -> {
                        file.truncate(from);
                        java.util.Arrays.fill(model, from, model.length, (byte) 0);
                        size = Math.min(size, from);
                    }
                }
                assertThat(file.size()).isEqualTo(size);
                ByteBuffer whole = ByteBuffer.allocate(model.length);
                assertThat(file.readAt(whole, 0)).isEqualTo(size);
                assertThat(whole.array()).isEqualTo(model);
            }
        }
        assertThat(disk.permissions(path)).isEqualTo(0600);
        assertThatThrownBy(() -> disk.open(path, Disk.OpenMode.CREATE_NEW))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.list(path)).hasMessageContaining("not a directory");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesBehaveTheSameEverywhere(boolean real) throws IOException {
        Disk disk = disk(real);
        String root = root(disk);
        String inner = Disk.join(root, "a/b");
        disk.createDirectories(inner);
        disk.createDirectories(inner);
        assertThat(disk.permissions(inner)).isEqualTo(0700);
        write(disk, Disk.join(inner, "2"), "two");
        write(disk, Disk.join(inner, "1"), "one");
        assertThat(disk.list(inner)).containsExactly("1", "2");
        disk.rename(Disk.join(inner, "1"), Disk.join(inner, "2"));
        assertThat(disk.list(inner)).containsExactly("2");
        assertThat(read(disk, Disk.join(inner, "2"))).isEqualTo("one");
        disk.rename(inner, Disk.join(root, "c"));
        assertThat(disk.list(root)).containsExactly("a", "c");
        assertThatThrownBy(() -> disk.delete(Disk.join(root, "c"))).isInstanceOf(IOException.class);
        disk.deleteTree(Disk.join(root, "c"));
        disk.delete(Disk.join(root, "c"));
        assertThat(disk.list(root)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLockHasOneHolderAndOutlivesOtherReaders(boolean real) throws IOException {
        Disk disk = disk(real);
        String path = Disk.join(root(disk), "f");
        try (DiskFile holder = disk.open(path, Disk.OpenMode.CREATE)) {
            assertThat(holder.tryLock()).isTrue();
            try (DiskFile other = disk.open(path, Disk.OpenMode.WRITE)) {
                assertThat(other.tryLock()).isFalse();
            }
            try (DiskFile other = disk.open(path, Disk.OpenMode.WRITE)) {
                assertThat(other.tryLock()).isFalse();
            }
        }
        try (DiskFile next = disk.open(path, Disk.OpenMode.WRITE)) {
            assertThat(next.tryLock()).isTrue();
        }
    }

    @Test
    void aCrashKeepsWhatWasSyncedAndTearsTheRest() throws IOException {
        MemDisk disk = new MemDisk();
        TreeSet<String> outcomes = new TreeSet<>();
        try (DiskFile file = disk.open("f", Disk.OpenMode.CREATE_NEW)) {
            file.writeAt(ByteBuffer.wrap("durable".getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
            assertThat(disk.crashCloneLosingAll().exists("f")).isFalse();
            disk.syncDirectory(".");
            assertThat(read(disk.crashCloneLosingAll(), "f")).isEqualTo("durable");
            byte[] more = new byte[2 * Disk.SECTOR_BYTES];
            java.util.Arrays.fill(more, (byte) 'x');
            file.writeAt(ByteBuffer.wrap(more), Disk.SECTOR_BYTES);
        }
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            byte[] found = disk.crashClone(random).readAll("f", 1 << 20);
            String text = new String(found, StandardCharsets.UTF_8);
            assertThat(text).startsWith("durable");
            outcomes.add(
                    found.length < 1_536
                            ? "short"
                            : (found[512] == 'x' ? "x" : "-") + (found[1_024] == 'x' ? "x" : "-"));
        }
        assertThat(outcomes).containsExactly("--", "-x", "short", "x-", "xx");
    }

    @Test
    void anUnsyncedRenameSurvivesWholeOrNotAtAll() throws IOException {
        MemDisk disk = new MemDisk();
        write(disk, "a", "content");
        try (DiskFile file = disk.open("a", Disk.OpenMode.WRITE)) {
            file.sync();
        }
        disk.syncDirectory(".");
        disk.rename("a", "b");
        TreeSet<String> outcomes = new TreeSet<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 50; i++) {
            outcomes.add(disk.crashClone(random).list(".").toString());
        }
        assertThat(outcomes).containsExactly("[a]", "[b]");
    }

    @Test
    void theDataDirectoryIsPrivateAndHasOneUser() throws IOException {
        Disk disk = new RealDisk();
        String path = temp.resolve("d").toString();
        try (DataDir directory = DataDir.open(disk, path, "")) {
            assertThat(disk.permissions(directory.snapDirectory())).isEqualTo(0700);
            assertThat(directory.walDirectory()).isEqualTo(path + "/member/wal");
            assertThat(directory.permissionWarnings()).isEmpty();
            for (Disk other : new Disk[] {disk, new RealDisk()}) {
                assertThatThrownBy(() -> DataDir.open(other, path, ""))
                        .hasMessageContaining(
                                "another process is using the data directory " + path);
            }
        }
        Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("rwxr-xr-x"));
        write(disk, path + "/stray", "");
        try (DataDir directory = DataDir.open(disk, path, temp.resolve("w").toString())) {
            assertThat(directory.permissionWarnings())
                    .containsExactly(
                            "directory \""
                                    + path
                                    + "\" exist, but the permission is \"drwxr-xr-x\". The"
                                    + " recommended permission is \"-rwx------\" to prevent"
                                    + " possible unprivileged access to the data");
            assertThat(directory.unexpectedNames()).containsExactly("stray");
            assertThat(directory.walDirectory()).isEqualTo(temp.resolve("w").toString());
        }
        assertThatThrownBy(() -> DataDir.open(disk, path + "/stray", ""))
                .hasMessageContaining("not a directory");
    }

    /** In etcd's words, with what the system said: the path alone is no reason. */
    @Test
    void directoriesThatCannotBeMadeAreNamedWithTheReason() throws IOException {
        String file = Files.createFile(temp.resolve("file")).toString();
        String below = file + "/data";
        assertThatThrownBy(() -> DataDir.open(new RealDisk(), below, ""))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot access data directory: mkdir " + below + ": not a directory");
        assertThatThrownBy(() -> DataDir.open(new RealDisk(), temp + "/data", below))
                .isInstanceOf(IOException.class)
                .hasMessage("failed to create WAL: mkdir " + below + ": not a directory");
        assertThatThrownBy(() -> new RealDisk().open(below, Disk.OpenMode.CREATE))
                .hasMessage("open " + below + ": not a directory");
    }
}
