package dev.quorate.verify.conform;

import dev.quorate.verify.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays one script against one member and keeps the normalised outcomes. */
final class Session implements AutoCloseable {

    private static final Pattern ID_FIELD =
            Pattern.compile("\"(?:cluster_id|member_id|ID)\"\\s?:\\s?\"?(\\d+)");

    private static final Pattern WATCH_ANSWERS =
            Pattern.compile("(?m)^grpc_server_msg_sent_total\\{grpc_method=\"Watch\".*} (\\S+)$");

    private final List<Member> members;
    private final Shell shell;
    private final Normalizer normalizer;

    /**
     * @param ctl whose etcdctl and etcdutl the script's commands find on their path
     * @param script how many members, and their flags
     */
    Session(Toolchain.Origin server, Toolchain.Origin ctl, Path dir, Script script)
            throws IOException, InterruptedException {
        Path work = Files.createDirectories(dir.resolve("work"));
        Path tools = Files.createDirectories(dir.resolve("tools"));
        for (String program : List.of("etcdctl", "etcdutl")) {
            if (Toolchain.has(ctl, program)) {
                Files.createSymbolicLink(tools.resolve(program), Toolchain.program(ctl, program));
            }
        }
        Files.createSymbolicLink(tools.resolve("etcd"), Toolchain.server(server));
        for (String helper : List.of("terminal", "apart", "certificates")) {
            Files.createSymbolicLink(tools.resolve(helper), Toolchain.interop(helper));
        }
        this.members = start(server, dir, script);
        Map<String, String> env = members.getFirst().environment();
        List<String[]> literals = new ArrayList<>();
        literals.add(new String[] {dir.toString(), "DIR"});
        for (int i = 1; i <= members.size(); i++) {
            Member member = members.get(i - 1);
            address(i, member.clientPort(), member.peerPort(), env, literals);
        }
        address(members.size() + 1, Ports.free(), Ports.free(), env, literals);
        env.put("NAMES", names(members));
        env.put("SECOND", flags(members.size() + 1, env));
        env.put("PATH", tools + ":" + System.getenv("PATH"));
        this.shell = new Shell(work, env, this::watching);
        this.normalizer = new Normalizer(literals, members.size() > 1 ? List.of() : stableIds());
    }

    /** For {@code sed}, before what was said of several members is sorted: the order must not follow from their ports. */
    private static String names(List<Member> members) {
        StringBuilder edits = new StringBuilder();
        for (int i = 0; i < members.size(); i++) {
            edits.append(
                    "s#http://127.0.0.1:%d#MEMBER%d#g;"
                            .formatted(members.get(i).clientPort(), i + 1));
        }
        return edits.toString();
    }

    private static List<Member> start(Toolchain.Origin server, Path dir, Script script) {
        String[] flags = script.flags().toArray(String[]::new);
        Path home = dir.resolve("member");
        return script.members() == 1
                ? List.of(Member.start(server, home, flags))
                : Member.startCluster(Collections.nCopies(script.members(), server), home, flags);
    }

    /** The addresses of one member in the environment, and what stands for them in the outcomes. */
    private static void address(
            int number,
            int clientPort,
            int peerPort,
            Map<String, String> env,
            List<String[]> literals) {
        String suffix = number == 1 ? "" : Integer.toString(number);
        env.put("E" + suffix, "http://127.0.0.1:" + clientPort);
        env.put("P" + suffix, "http://127.0.0.1:" + peerPort);
        literals.add(new String[] {"127.0.0.1:" + clientPort, "CLIENT" + suffix});
        literals.add(new String[] {"127.0.0.1:" + peerPort, "PEER" + suffix});
    }

    /** Flags of a server that the script itself starts, on free addresses. */
    private static String flags(int number, Map<String, String> env) {
        String client = env.get("E" + number);
        String peer = env.get("P" + number);
        return "--listen-client-urls=%s --advertise-client-urls=%s --listen-peer-urls=%s --initial-advertise-peer-urls=%s --initial-cluster=default=%s"
                .formatted(client, client, peer, peer, peer);
    }

    Outcome play(Script.Step step) throws IOException, InterruptedException {
        return normalizer.apply(shell.run(step.command(), step.meanwhile(), step.lines()));
    }

    /** A command that watches is ready when the servers have answered it. */
    private Deadline.Condition watching(String command) throws IOException, InterruptedException {
        if (!command.contains("watch")) {
            return () -> true;
        }
        long before = countWatchAnswers();
        return () -> countWatchAnswers() > before;
    }

    private long countWatchAnswers() throws IOException, InterruptedException {
        long count = 0;
        for (Member member : members) {
            Matcher matcher = WATCH_ANSWERS.matcher(member.get("/metrics"));
            while (matcher.find()) {
                count += Math.round(Double.parseDouble(matcher.group(1)));
            }
        }
        return count;
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }

    private List<Long> stableIds() throws IOException, InterruptedException {
        List<Long> ids = new ArrayList<>();
        String command = "curl -s $E/v3/cluster/member/list -X POST -d '{}'";
        Matcher matcher = ID_FIELD.matcher(shell.run(command).stdout());
        while (matcher.find()) {
            ids.add(Long.parseUnsignedLong(matcher.group(1)));
        }
        return ids;
    }
}
