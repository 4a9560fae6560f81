package dev.quorate.tools.goreman;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as users run it: a group in one process, questions from another. */
class GoremanTest {
    /** Says that it runs, and that it stops. */
    private static final String MEMBER =
            "trap 'echo stopping; exit 0' INT TERM; echo \"up on $PORT\"; while :; do sleep 0.05; done\n";

    @TempDir Path dir;
    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        port = Group.freePort();
    }

    private record Result(int code, String out, String err) {}

    private Result run(Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                new GoremanCommand(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                environment,
                                dir)
                        .run(List.of(words));
        return new Result(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Result run(String... words) {
        return run(Map.of("GOREMAN_RPC_PORT", Integer.toString(port)), words);
    }

    private Group start(String... words) throws IOException {
        return Group.start(dir, Map.of("GOREMAN_RPC_PORT", Integer.toString(port)), words);
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    @Test
    void stopsAndStartsOneMemberOfThree() throws Exception {
        file(
                "etcd-cluster-profile",
                "# three\n\netcd1: "
                        + MEMBER
                        + "etcd2: "
                        + MEMBER
                        + "#proxy: no\netcd3: "
                        + MEMBER);
        try (Group group = start("-f", "etcd-cluster-profile", "start")) {
            assertThat(group.await("Starting etcd1"))
                    .matches("\\d\\d:\\d\\d:\\d\\d etcd1 \\| Starting etcd1 on port 5000");
            for (String _ : List.of("1", "2", "3")) {
                group.await("up on 5");
            }
            assertThat(run("run", "status").out()).isEqualTo("*etcd1\n*etcd2\n*etcd3\n");
            assertThat(run("run", "list").out()).isEqualTo("etcd1\netcd2\netcd3\n");

            assertThat(run("run", "stop", "etcd1")).isEqualTo(new Result(0, "", ""));
            group.await("etcd1 | stopping");
            group.await("etcd1 | Terminating etcd1");
            assertThat(run("run", "status").out()).isEqualTo(" etcd1\n*etcd2\n*etcd3\n");
            assertThat(run("run", "status", "-v").out())
                    .startsWith("NAME   STATE    PID")
                    .containsPattern("etcd1  stopped  - +5000  - +0 +0\n")
                    .containsPattern("etcd2  running  \\d+ +5100 ");
            assertThat(run("run", "stop", "etcd1").code()).isZero();

            assertThat(run("run", "start", "etcd1")).isEqualTo(new Result(0, "", ""));
            group.await("etcd1 | up on 5000");
            assertThat(run("run", "restart", "etcd2").code()).isZero();
            group.await("etcd2 | up on 5100");
            assertThat(run("run", "status").out()).isEqualTo("*etcd1\n*etcd2\n*etcd3\n");

            assertThat(run("run", "stop", "nobody").err())
                    .isEqualTo("goreman: unknown proc: nobody\n");
            assertThat(run("run", "start", "nobody").err())
                    .isEqualTo("goreman: unknown name: nobody\n");
            assertThat(run("run", "jump"))
                    .isEqualTo(new Result(1, "", "goreman: unknown command\n"));

            group.signal(StopSignal.INT);
            assertThat(group.awaitExit()).isZero();
            assertThat(group.rest()).filteredOn(line -> line.contains("Terminating")).hasSize(3);
        }
        assertThat(run("run", "status"))
                .isEqualTo(
                        new Result(
                                1,
                                "",
                                "goreman: dial tcp 127.0.0.1:"
                                        + port
                                        + ": connect: connection refused\n"));
    }

    @Test
    void endsWithItsLastProcessAndOnlyThen() throws Exception {
        file("Procfile", "a: " + MEMBER + "b: exit 0\n");
        try (Group group = start("start")) {
            group.await("Terminating b");
            assertThat(run("run", "restart-all").code()).isZero();
            group.await("a | up on 5000");
            assertThat(run("run", "stop-all").code()).isZero();
            assertThat(group.awaitExit()).isZero();
        }
    }

    /** Each process ends only when it sees that the other was told to end, too. */
    @Test
    void stopsProcessesAtOnce() throws Exception {
        String waits =
                "trap 'touch $PORT; while [ ! -e 5000 ] || [ ! -e 5100 ]; do sleep 0.05; done; echo both; exit 0' TERM;"
                        + " echo up; while :; do sleep 0.05; done\n";
        file("Procfile", "a: " + waits + "b: " + waits);
        try (Group group = start("start")) {
            group.await("up");
            group.await("up");
            group.signal(StopSignal.TERM);
            group.await("both");
            group.await("both");
            assertThat(group.awaitExit()).isZero();
        }
    }

    @Test
    void aSecondSignalKills() throws Exception {
        file("Procfile", "a: trap 'echo no' INT; echo $$; while :; do sleep 0.05; done\n");
        try (Group group = start("-set-ports=false", "-logtime=false", "start")) {
            long pid = Long.parseLong(group.await("a | ").substring("a | ".length()));
            group.signal(StopSignal.INT);
            group.await("a | no");
            group.signal(StopSignal.INT);
            assertThat(group.awaitExit()).isEqualTo(130);
            ProcessHandle.of(pid)
                    .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(Group.LIMIT));
        }
    }

    @Test
    void endsOnErrorWhenAsked() throws Exception {
        file("Procfile", "a: " + MEMBER + "b: while [ ! -e go ]; do sleep 0.05; done; exit 7\n");
        try (Group group = start("-exit-on-error", "start")) {
            group.await("up on");
            file("go", "");
            group.await("b | exit status 7");
            group.await("a | stopping");
            group.await("goreman: exit status 7");
            assertThat(group.awaitExit()).isEqualTo(1);
        }
    }

    @Test
    void restartsWhatFails() throws Exception {
        file("Procfile", "a: echo once >>count; [ $(wc -l <count) = 2 ] && echo twice\n");
        try (Group group = start("-restart=on-failure", "start")) {
            group.await("a | exit status 1");
            group.await("a | Restarting a in 1 s");
            group.await("a | twice");
            assertThat(group.awaitExit()).isZero();
        }
    }

    @Test
    void doesNotStartWithoutItsPort() throws Exception {
        file("Procfile", "a: " + MEMBER);
        try (Group first = start("start")) {
            first.await("up on");
            Result second = run("start");
            assertThat(second.code()).isEqualTo(1);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .startsWith(
                            "goreman: cannot listen for `goreman run` on 127.0.0.1:"
                                    + port
                                    + ": address already in use;")
                    .contains("-p");
        }
    }

    @Test
    void takesDirectoryPortsAndVariablesFromEverywhere() throws Exception {
        Files.createDirectories(dir.resolve("base"));
        file(".goreman", "basedir: base\nbaseport: 6000\nport: " + port + "\n");
        file("base/Procfile", "a: exit 1\nb: echo $PORT $A $B; pwd\n");
        file("base/.env", "A=1\n");
        file("base/more", "A=2\nB=\"3 $A\"\n");
        try (Group group =
                Group.start(dir, Map.of(), "-p", "1", "-env", ".env,more", "start", "b")) {
            group.await("b | Starting b on port 6100");
            group.await("b | 6100 1 3 2");
            group.await("/base");
            assertThat(group.awaitExit()).isZero();
        }
    }

    @Test
    void checksAndExplains() throws Exception {
        file("Procfile", "etcd3: c\netcd1: a\n  # x: y\nno entry\netcd2: b\n");
        assertThat(run("check"))
                .isEqualTo(new Result(0, "valid procfile detected (etcd1, etcd2, etcd3)\n", ""));
        assertThat(run("-f", "none", "check").err())
                .isEqualTo("goreman: open none: no such file or directory\n");
        file("empty", "# a: b\n");
        assertThat(run("-f=empty", "check"))
                .isEqualTo(new Result(1, "", "goreman: no valid entry\n"));
        assertThat(run("start", "etcd9").err()).isEqualTo("goreman: unknown proc: etcd9\n");
        assertThat(run().err()).startsWith("Usage: goreman ");
        assertThat(run("help").code()).isZero();
        assertThat(run("-nope").code()).isEqualTo(2);
        assertThat(run("version").out()).matches("\\d+\\.\\d+\\.\\d+.*\n");
        assertThat(run("export", "systemd", "x").code()).isEqualTo(1);
    }

    @Test
    void exportsUpstartJobs() throws Exception {
        file("Procfile", "a: run a\nb: run 'b'\n");
        file(".env", "K=it's\n");
        assertThat(run("export", "upstart", "out").code()).isZero();
        assertThat(Files.readString(dir.resolve("out/app-b.conf")))
                .contains(
                        "respawn\n",
                        "env PORT=5100\n",
                        "env K='it'\"'\"'s'\n",
                        "setuid app\n",
                        "chdir " + dir,
                        "exec run 'b'\n");
    }

    /** A terminal gets colours, and its Ctrl-C reaches every process once. */
    @Test
    @Tag("interop")
    void inATerminal() throws Exception {
        file("Procfile", "a: " + MEMBER + "b: " + MEMBER);
        StringBuilder line = new StringBuilder("exec ");
        for (String word : Group.command("-p", Integer.toString(port), "start")) {
            line.append('\'').append(word).append("' ");
        }
        file("terminal", line.toString());
        try (Group group =
                Group.start(
                        dir,
                        Map.of("TERM", "xterm"),
                        List.of("script", "-qec", "sh ./terminal", "/dev/null"))) {
            assertThat(group.await("Starting a"))
                    .matches(
                            "\u001b\\[32m\\d\\d:\\d\\d:\\d\\d a \\| \u001b\\[0mStarting a on port 5000\r?");
            assertThat(group.await("Starting b")).startsWith("\u001b[36m");
            group.await("b | \u001b[0mup on 5100");
            assertThat(run("run", "status").out()).isEqualTo("*a\n*b\n");
            group.type("\u0003");
            assertThat(group.rest()).filteredOn(text -> text.contains("stopping")).hasSize(2);
            assertThat(group.awaitExit()).isZero();
        }
    }
}
