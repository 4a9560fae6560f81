package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same changes of members, most of them forbidden, asked by etcdctl 3.7.1 of three members of real etcd and of ours: same words, same exit status. */
@Tag("interop")
final class MemberChangesTest {
    /** Connections count as healthy once they are as old. */
    private static final Duration HEALTHY_AFTER = Duration.ofMillis(5_500);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What is asked of three members; {@code $A $B $C} are their ids, {@code $PB} an address of one, {@code $N1 $N2 $N3} addresses of nobody. */
    private static final List<String> WHOLE =
            List.of(
                    "member add x --peer-urls=$PB",
                    "member add x",
                    "member add x --peer-urls=127.0.0.1:1",
                    "member add x --peer-urls=http://127.0.0.1",
                    "member remove 1234",
                    "member remove zz",
                    "member promote 1234",
                    "member promote $A",
                    "member update 1234 --peer-urls=$N1",
                    "member update $A --peer-urls=$PB",
                    "member update $A --peer-urls=$PA",
                    "move-leader 1234",
                    "member add l --learner --peer-urls=$N1",
                    "member add m --learner --peer-urls=$N2",
                    "member add m --peer-urls=$N1",
                    "member promote $(etcdctl member list | grep $N1 | cut -d, -f1)",
                    "move-leader $(etcdctl member list | grep $N1 | cut -d, -f1)",
                    "member list | cut -d, -f2- | sort",
                    "member remove $(etcdctl member list | grep $N1 | cut -d, -f1)",
                    "member add v --peer-urls=$N2",
                    // Not an address that was removed a moment ago: ids are made of address and
                    // second.
                    "member add w --peer-urls=$N3",
                    "member remove $(etcdctl member list | grep $N2 | cut -d, -f1)",
                    "member remove $(etcdctl member list | grep $N3 | cut -d, -f1)",
                    "member list | cut -d, -f2- | sort");

    /** What is asked of the two that are left when {@code C} was killed. */
    private static final List<String> WITHOUT_ONE =
            List.of(
                    "member add x --peer-urls=$N1",
                    "member add x --learner --peer-urls=$N1",
                    "member remove $B",
                    "member remove $C",
                    "member remove $C",
                    "member list | cut -d, -f2- | sort",
                    // Not B itself, which may or may not get to answer before it stops.
                    "member remove $B --endpoints=$EA",
                    "member list | cut -d, -f2- | sort");

    @TempDir Path temp;

    @Test
    void sameWords() throws Exception {
        Map<String, String> real = play(Toolchain.Origin.ETCD_37, temp.resolve("real"));
        Map<String, String> ours = play(Toolchain.target(), temp.resolve("ours"));
        real.forEach((command, outcome) ->
                assertThat(ours.get(command)).as("%s", command).isEqualTo(outcome));
        assertThat(ours).hasSameSizeAs(real);
    }

    private static Map<String, String> play(Toolchain.Origin kind, Path home)
            throws IOException, InterruptedException {
        List<Member> members = Member.startCluster(List.of(kind, kind, kind), home);
        try {
            Map<String, String> env = environment(members, home);
            Shell shell = new Shell(Files.createDirectories(home.resolve("work")), env);
            List<String[]> literals = new ArrayList<>();
            for (String name : List.of("N1", "N2", "N3")) {
                literals.add(new String[] {env.get(name), name});
            }
            for (int i = 0; i < members.size(); i++) {
                literals.add(new String[] {members.get(i).endpoint(), "CLIENT" + i});
                literals.add(new String[] {members.get(i).peerUrl(), "PEER" + i});
            }
            for (String name : List.of("A", "B", "C")) {
                literals.add(new String[] {env.get(name), name});
            }
            Normalizer normalizer = new Normalizer(literals, List.of());
            Map<String, String> outcomes = new LinkedHashMap<>();
            // Fails where A leads already.
            String all = String.join(",", members.stream().map(Member::endpoint).toList());
            shell.run("ETCDCTL_ENDPOINTS=" + all + " etcdctl move-leader $A");
            Deadline.require(
                    LIMIT,
                    () -> members.getFirst().get("/metrics").contains("etcd_server_is_leader 1"),
                    () -> "leadership of A");
            settle();
            for (String command : WHOLE) {
                outcomes.put(outcomes.size() + " " + command, ask(shell, normalizer, command));
            }
            members.get(2).kill();
            awaitLeader(shell);
            settle();
            for (String command : WITHOUT_ONE) {
                outcomes.put(outcomes.size() + " " + command, ask(shell, normalizer, command));
            }
            return outcomes;
        } finally {
            members.forEach(Member::close);
        }
    }

    private static String ask(Shell shell, Normalizer normalizer, String command)
            throws IOException, InterruptedException {
        if (command.startsWith("member add")) {
            // Ids are made of address and second: a second place at an address is refused for its
            // id or for its address.
            long second = System.currentTimeMillis() / 1000;
            Deadline.require(
                    LIMIT, () -> System.currentTimeMillis() / 1000 > second, () -> "next second");
        }
        return normalizer
                .apply(
                        shell.run(
                                (command.contains("--endpoints") ? "ETCDCTL_ENDPOINTS= " : "")
                                        + "etcdctl "
                                        + command))
                .text()
                .lines()
                // The client's own warning names the endpoint that it happened to ask.
                .filter(line -> !line.startsWith("{\"level\":\"warn\""))
                .map(MemberChangesTest::sorted)
                .collect(Collectors.joining("\n"));
    }

    /** Members are listed by their ids, of which one depends on the time. */
    private static String sorted(String line) {
        return line.startsWith("ETCD_INITIAL_CLUSTER=")
                ? Stream.of(line.split("[\",]")).sorted().collect(Collectors.joining(","))
                : line;
    }

    /** Who is asked counts how long each connection has lasted. */
    private static void settle() throws InterruptedException {
        Deadline.await(HEALTHY_AFTER, () -> false);
    }

    private static void awaitLeader(Shell shell) throws InterruptedException {
        Deadline.require(
                LIMIT,
                () -> shell.run("etcdctl put k v").exit().equals("0"),
                () -> "a put without one of three");
    }

    private static Map<String, String> environment(List<Member> members, Path home)
            throws IOException, InterruptedException {
        Path tools = Files.createDirectories(home.resolve("tools"));
        Files.createSymbolicLink(
                tools.resolve("etcdctl"), Toolchain.program(Toolchain.Origin.ETCD_37, "etcdctl"));
        Map<String, String> env = new LinkedHashMap<>();
        env.put("PATH", tools + ":" + System.getenv("PATH"));
        // The last one is killed later.
        env.put("ETCDCTL_ENDPOINTS", members.get(0).endpoint() + "," + members.get(1).endpoint());
        env.put("EA", members.get(0).endpoint());
        env.put("N1", "http://127.0.0.1:" + Ports.free());
        env.put("N2", "http://127.0.0.1:" + Ports.free());
        env.put("N3", "http://127.0.0.1:" + Ports.free());
        Shell shell = new Shell(Files.createDirectories(home.resolve("ids")), env);
        for (int i = 0; i < members.size(); i++) {
            String name = String.valueOf((char) ('A' + i));
            String url = members.get(i).peerUrl();
            env.put("P" + name, url);
            String id = shell.run("etcdctl member list | grep " + url + " | cut -d, -f1").stdout();
            assertThat(id).isNotBlank();
            env.put(name, id.strip());
        }
        return env;
    }
}
