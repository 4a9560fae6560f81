package dev.quorate.verify.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays one script against one member and keeps the normalised outcomes. */
final class Session implements AutoCloseable {

    private static final Pattern ID_FIELD =
            Pattern.compile("\"(?:cluster_id|member_id|ID)\"\\s?:\\s?\"?(\\d+)");

    private final Member member;
    private final Shell shell;
    private final Normalizer normalizer;

    /**
     * @param ctl whose etcdctl and etcdutl the script's commands find on their path
     */
    Session(Toolchain.Origin server, Toolchain.Origin ctl, Path dir, List<String> flags)
            throws IOException, InterruptedException {
        Path work = Files.createDirectories(dir.resolve("work"));
        Path tools = Files.createDirectories(dir.resolve("tools"));
        for (String program : List.of("etcdctl", "etcdutl")) {
            if (Toolchain.has(ctl, program)) {
                Files.createSymbolicLink(tools.resolve(program), Toolchain.program(ctl, program));
            }
        }
        Files.createSymbolicLink(tools.resolve("etcd"), Toolchain.server(server));
        this.member = Member.start(server, dir.resolve("member"), flags.toArray(String[]::new));
        int secondClient = Member.freePort();
        int secondPeer = Member.freePort();
        Map<String, String> env = member.environment();
        env.putAll(second(secondClient, secondPeer));
        env.put("PATH", tools + ":" + System.getenv("PATH"));
        this.shell = new Shell(work, env);
        this.normalizer =
                new Normalizer(
                        List.of(
                                new String[] {dir.toString(), "DIR"},
                                new String[] {member.endpoint(), "CLIENT"},
                                new String[] {"127.0.0.1:" + member.peerPort(), "PEER"},
                                new String[] {"127.0.0.1:" + secondClient, "CLIENT2"},
                                new String[] {"127.0.0.1:" + secondPeer, "PEER2"}),
                        stableIds());
    }

    /** Free addresses for a server that the script itself starts: {@code $SECOND} holds the flags. */
    private static Map<String, String> second(int clientPort, int peerPort) {
        String client = "http://127.0.0.1:" + clientPort;
        String peer = "http://127.0.0.1:" + peerPort;
        return Map.of(
                "E2",
                client,
                "P2",
                peer,
                "SECOND",
                "--listen-client-urls=%s --advertise-client-urls=%s --listen-peer-urls=%s --initial-advertise-peer-urls=%s --initial-cluster=default=%s"
                        .formatted(client, client, peer, peer, peer));
    }

    Outcome play(Script.Step step) throws IOException, InterruptedException {
        return normalizer.apply(shell.run(step.command(), step.meanwhile(), step.lines()));
    }

    String log() {
        return member.log();
    }

    @Override
    public void close() {
        member.close();
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
