package dev.quorate.verify.fault;

import dev.quorate.verify.Ports;
import dev.quorate.verify.fault.Gateway.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Several processes of the program on free loopback ports that form one cluster, by their names. */
final class Members implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern MEMBER_ID = Pattern.compile("\"member_id\":\"(\\d+)\"");
    private static final Pattern LEADER = Pattern.compile("\"leader\":\"(\\d+)\"");
    private static final Pattern HASH = Pattern.compile("\"hash\":(\\d+)");

    private final Path home;
    private final String scheme;
    private final String[] flags;
    private final Map<String, Integer> peerPorts = new TreeMap<>();
    private final Map<String, Victim> running = new TreeMap<>();

    private Members(Path home, String scheme, String[] flags) {
        this.home = home;
        this.scheme = scheme;
        this.flags = flags;
    }

    /** Starts members that begin a cluster, and waits until each answers a linearizable read. */
    static Members start(Path home, List<String> names, String... flags) throws Exception {
        return start(new Members(home, "http", flags), names);
    }

    /** The same with TLS between the members. */
    static Members startSecure(Path home, List<String> names, String... flags) throws Exception {
        return start(new Members(home, "https", flags), names);
    }

    private static Members start(Members members, List<String> names) throws Exception {
        names.forEach(name -> members.peerPorts.put(name, Ports.free()));
        for (String name : names) {
            members.launch(name, "new");
        }
        for (String name : names) {
            members.awaitReadable(name);
        }
        return members;
    }

    /** Starts a member for which a place was made. */
    void join(String name) throws Exception {
        launch(name, "existing");
    }

    /** The peer address that a member has or will have. */
    String peerUrl(String name) {
        return scheme + "://127.0.0.1:" + peerPorts.computeIfAbsent(name, _ -> Ports.free());
    }

    Victim victim(String name) {
        Victim victim = running.get(name);
        if (victim == null) {
            throw new IllegalArgumentException(name + " was never started");
        }
        return victim;
    }

    /** Starts a member again on its data; the flags of the first start are given again and do not matter. */
    void restart(String name) throws Exception {
        launch(name, "new");
    }

    private void launch(String name, String state) throws Exception {
        Path own = Files.createDirectories(home.resolve(name));
        List<String> all = new ArrayList<>();
        String url = peerUrl(name);
        all.add("--name=" + name);
        all.add("--listen-peer-urls=" + url);
        all.add("--initial-advertise-peer-urls=" + url);
        all.add(
                "--initial-cluster="
                        + peerPorts.keySet().stream()
                                .map(each -> each + "=" + peerUrl(each))
                                .collect(Collectors.joining(",")));
        all.add("--initial-cluster-state=" + state);
        all.addAll(List.of(flags));
        running.put(name, Victim.launch(own, all.toArray(String[]::new)));
    }

    void awaitReadable(String name) throws Exception {
        victim(name).serving();
        await(() -> call(name, gateway -> gateway.range("x", "y")) != null, name + " readable");
    }

    /** Something asked of a member. */
    interface Question<T> {
        T put(Gateway gateway) throws IOException, InterruptedException, RefusedException;
    }

    <T> T call(String name, Question<T> question)
            throws IOException, InterruptedException, RefusedException {
        try (Gateway gateway = new Gateway(victim(name).clientPort())) {
            return question.put(gateway);
        }
    }

    /** The same again and again until it is answered: a cluster may be without a leader for a while. */
    <T> T callPatiently(String name, Question<T> question) throws Exception {
        List<T> answers = new ArrayList<>();
        await(
                () -> {
                    answers.add(call(name, question));
                    return true;
                },
                "an answer of " + name);
        return answers.getFirst();
    }

    String post(String name, String path, String body) throws Exception {
        return call(name, gateway -> gateway.post(path, body));
    }

    /** The member's id in decimal digits. */
    String id(String name) throws Exception {
        return find(MEMBER_ID, status(name));
    }

    private String status(String name) throws Exception {
        return post(name, "/v3/maintenance/status", "{}");
    }

    /** Who leads; all that run agree on it. */
    String leader() throws Exception {
        List<String> found = new ArrayList<>();
        await(
                () -> {
                    List<String> leaders = new ArrayList<>();
                    String own = "";
                    for (String name : names()) {
                        String status = status(name);
                        leaders.add(find(LEADER, status));
                        own = leaders.getLast().equals(find(MEMBER_ID, status)) ? name : own;
                    }
                    found.add(own);
                    return !own.isEmpty() && leaders.stream().distinct().count() == 1;
                },
                "a leader that all know");
        return found.getLast();
    }

    /** The members that run. */
    List<String> names() {
        return running.entrySet().stream()
                .filter(each -> each.getValue().isAlive())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Waits until all members that run have the same hash of all keys at the revision. */
    void awaitSameKeys(long revision) throws Exception {
        await(
                () -> {
                    List<String> hashes = new ArrayList<>();
                    for (String name : names()) {
                        String answer =
                                post(
                                        name,
                                        "/v3/maintenance/hashkv",
                                        "{\"revision\":\"" + revision + "\"}");
                        hashes.add(find(HASH, answer));
                    }
                    return hashes.stream().distinct().count() == 1;
                },
                "the same keys everywhere at revision " + revision);
    }

    private static String find(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    /** Waits until the condition holds; what it throws counts as no. */
    void await(Callable<Boolean> condition, String what) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        Exception last = null;
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException | RefusedException e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("no " + what + " within " + LIMIT + "\n" + logs(), last);
    }

    private String logs() {
        StringBuilder logs = new StringBuilder();
        running.forEach((name, victim) ->
                logs.append("---- ").append(name).append('\n').append(victim.log()));
        return logs.toString();
    }

    @Override
    public void close() throws InterruptedException {
        for (Victim victim : running.values()) {
            victim.close();
        }
    }
}
