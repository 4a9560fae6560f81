package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.fault.Gateway.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to a cluster of processes while clients work: restarts one by one and all at once, a lost disk; and what leases make of lost leaders. */
@Tag("slow")
class ClusterLifeTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int WRITTEN_WITHOUT_ONE = 20;
    private static final Pattern TTL = Pattern.compile("\"TTL\":\"(-?\\d+)\"");

    @TempDir Path home;

    @Test
    void restartsOneByOneAndAllAtOnceLoseNothing() throws Exception {
        try (Members members = Members.start(home, NAMES);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Writers writers = new Writers(members, threads);
            for (String name : NAMES) {
                assertThat(members.victim(name).terminate()).isEqualTo(Victim.TERMINATED);
                // Two are left, so work goes on.
                int before = writers.acknowledged.size();
                members.await(
                        () -> writers.acknowledged.size() > before + WRITTEN_WITHOUT_ONE,
                        "work without " + name);
                // The flags say "new" again, with addresses of a cluster that exists: they do not
                // matter.
                members.restart(name);
                members.awaitReadable(name);
            }
            for (String name : NAMES) {
                members.victim(name).kill();
            }
            for (String name : NAMES) {
                members.restart(name);
            }
            for (String name : NAMES) {
                members.awaitReadable(name);
            }
            writers.stop();
            System.out.println(writers);
            Gateway.Answer all = members.call("a", gateway -> gateway.range("w", "x"));
            Set<String> there =
                    all.found().stream().map(Gateway.Found::key).collect(Collectors.toSet());
            assertThat(there).containsAll(writers.acknowledged);
            members.awaitSameKeys(all.revision());
        }
    }

    @Test
    void aMemberThatLostItsDiskIsReplacedUnderItsName() throws Exception {
        try (Members members = Members.start(home, NAMES)) {
            String lost =
                    NAMES.stream()
                            .filter(name -> !name.equals(leader(members)))
                            .findFirst()
                            .orElseThrow();
            String other =
                    NAMES.stream().filter(name -> !name.equals(lost)).findFirst().orElseThrow();
            members.callPatiently(other, gateway -> gateway.put("k-before", "v"));
            String id = members.id(lost);
            members.victim(lost).kill();
            delete(members.victim(lost).data());
            members.await(
                    () ->
                            !members.post(
                                            other,
                                            "/v3/cluster/member/remove",
                                            "{\"ID\":\"" + id + "\"}")
                                    .contains("\"name\":\"" + lost + "\""),
                    "removal");
            String place = "{\"peerURLs\":[\"" + members.peerUrl(lost) + "\"]}";
            members.await(
                    () ->
                            members.post(other, "/v3/cluster/member/add", place)
                                    .contains(members.peerUrl(lost)),
                    "a new place");
            members.join(lost);
            members.awaitReadable(lost);
            assertThat(members.id(lost)).as("a member of its own").isNotEqualTo(id);
            assertThat(members.call(lost, gateway -> gateway.range("k", "l")).found()).hasSize(1);
            long revision = members.callPatiently(lost, gateway -> gateway.put("k-after", "v"));
            members.awaitSameKeys(revision);
        }
    }

    @Test
    void leasesOutliveLeadersAndNotTheirTime() throws Exception {
        try (Members members = Members.start(home, NAMES);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long granted = System.nanoTime();
            grant(members, 1, 9);
            grant(members, 2, 300);
            grant(members, 3, 6);
            AtomicBoolean over = new AtomicBoolean();
            Future<Integer> kept = threads.submit(() -> keepAlive(members, over));
            for (int kills = 0; kills < 2; kills++) {
                String leader = members.leader();
                members.victim(leader).kill();
                members.restart(leader);
                members.awaitReadable(leader);
                if (secondsSince(granted) < 9) {
                    assertThat(ttl(members, leader, 1)).as("none ends early").isPositive();
                }
            }
            String any = members.names().getFirst();
            assertThat(ttl(members, any, 2)).isBetween(200L, 301L);
            // A leader begins each lease anew, so each one lost may prolong it by its time at most.
            members.await(() -> ttl(members, any, 1) < 0, "end of a lease that nobody renews");
            assertThat(secondsSince(granted)).as("not before its time").isGreaterThanOrEqualTo(9);
            assertThat(members.call(any, gateway -> gateway.range("lease", "leasf")).found())
                    .extracting(Gateway.Found::key)
                    .containsExactly("lease2", "lease3");
            over.set(true);
            assertThat(kept.get()).as("renewals").isPositive();
        }
    }

    /** Renews a lease of six seconds all the while, as clients do, through whoever answers; it must never have ended. */
    private static int keepAlive(Members members, AtomicBoolean over) throws InterruptedException {
        int renewals = 0;
        while (!over.get()) {
            for (String name : NAMES) {
                try {
                    String answer = members.post(name, "/v3/lease/keepalive", "{\"ID\":\"3\"}");
                    assertThat(answer).as("answer of %s", name).contains("\"TTL\":\"6\"");
                    renewals++;
                    break;
                } catch (Exception _) {
                    // Another one is asked.
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return renewals;
    }

    private static long secondsSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toSeconds();
    }

    private static void grant(Members members, int id, int seconds) throws Exception {
        members.callPatiently(
                "a",
                gateway ->
                        gateway.post(
                                "/v3/lease/grant",
                                "{\"ID\":\"" + id + "\",\"TTL\":\"" + seconds + "\"}"));
        String key = java.util.Base64.getEncoder().encodeToString(("lease" + id).getBytes());
        members.callPatiently(
                "b",
                gateway ->
                        gateway.post(
                                "/v3/kv/put",
                                "{\"key\":\"" + key + "\",\"lease\":\"" + id + "\"}"));
    }

    private static long ttl(Members members, String name, int id) throws Exception {
        String answer =
                members.callPatiently(
                        name,
                        gateway -> gateway.post("/v3/lease/timetolive", "{\"ID\":\"" + id + "\"}"));
        Matcher matcher = TTL.matcher(answer);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String leader(Members members) {
        try {
            return members.leader();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Clients that put one key after the other, each through the members in turn. */
    private static final class Writers {
        private static final int COUNT = 4;

        final Set<String> acknowledged = new ConcurrentSkipListSet<>();
        final AtomicInteger repeated = new AtomicInteger();
        private final List<Future<?>> running;
        private volatile boolean over;

        Writers(Members members, ExecutorService threads) {
            running =
                    Stream.iterate(0, i -> i + 1)
                            .limit(COUNT)
                            .<Future<?>>map(i -> threads.submit(() -> write(members, i)))
                            .toList();
        }

        private Void write(Members members, int writer) throws InterruptedException {
            for (int i = 0; !over; i++) {
                String key = "w" + writer + "-" + i;
                for (int turn = writer; !over && !isAccepted(members, turn, key); turn++) {
                    repeated.incrementAndGet();
                }
            }
            return null;
        }

        private boolean isAccepted(Members members, int turn, String key)
                throws InterruptedException {
            String name = NAMES.get(turn % NAMES.size());
            try {
                members.call(name, gateway -> gateway.put(key, "v"));
                acknowledged.add(key);
                return true;
            } catch (IOException | RefusedException _) {
                TimeUnit.MILLISECONDS.sleep(20);
                return false;
            }
        }

        void stop() throws Exception {
            over = true;
            for (Future<?> each : running) {
                each.get();
            }
        }

        @Override
        public String toString() {
            return acknowledged.size()
                    + " puts acknowledged, "
                    + repeated
                    + " tries refused or lost";
        }
    }
}
