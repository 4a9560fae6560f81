package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the suites that are written over clients of other languages; each asserts for itself. */
@Tag("interop")
final class ClientsTest {

    @TempDir Path temp;

    @Test
    void goClient() throws IOException, InterruptedException {
        run(Toolchain.interop("bin/clientv3").toString());
    }

    @Test
    void pythonEtcd3() throws IOException, InterruptedException {
        run(
                Toolchain.interop("bin/venv/bin/python")
                        + " "
                        + Toolchain.interop("python/etcd3_suite.py"));
    }

    @Test
    void pythonEtcd3Gateway() throws IOException, InterruptedException {
        run(
                Toolchain.interop("bin/venv/bin/python")
                        + " "
                        + Toolchain.interop("python/etcd3gw_suite.py"));
    }

    @Test
    void nodeEtcd3() throws IOException, InterruptedException {
        run("node " + Toolchain.interop("node/suite.mjs"));
    }

    private void run(String program) throws IOException, InterruptedException {
        try (Member member = Member.start(Toolchain.target(), temp.resolve("member"))) {
            Shell shell = new Shell(temp, member.environment());
            Outcome outcome = shell.run("timeout 60 " + program + " " + member.endpoint());
            assertThat(outcome.exit())
                    .as("%s%n%s%nserver log:%n%s", program, outcome.text(), member.log())
                    .isEqualTo("0");
        }
    }
}
