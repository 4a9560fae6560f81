package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EtcdsDirectoryTest {
    @TempDir Path directory;

    @Test
    void aDirectoryOfEtcdIsLeftAloneAndTheWayOutIsNamed() throws Exception {
        Files.createDirectories(directory.resolve("member/snap"));
        Files.createFile(directory.resolve("member/snap/db"));
        List<String> words =
                List.of(
                        "--data-dir",
                        directory.toString(),
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:0",
                        "--listen-peer-urls=http://127.0.0.1:0");
        EtcdOptions options =
                Objects.requireNonNull(Run.of(words.toArray(String[]::new)).started());
        assertThatThrownBy(() -> EtcdProgram.start(options, words))
                .hasMessageContaining("belongs to a member of etcd")
                .hasMessageContaining("etcdutl import " + directory + " --data-dir NEW");
        assertThat(directory.resolve("member/engine")).doesNotExist();
        assertThat(directory.resolve("member/lock")).doesNotExist();
    }
}
