package dev.quorate.verify.fault;

import dev.quorate.verify.fault.Gateway.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of processes of which some are killed or frozen while clients write through all of them: nothing acknowledged is lost, no
 * transaction is there by half or twice, and in the end all hold the same.
 */
@Tag("slow")
class ClusterKillTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int WRITERS = 6;
    private static final int ROUNDS = 40;
    private static final int WRITING_MILLIS_MIN = 100;
    private static final int WRITING_MILLIS_MAX = 1500;
    private static final int FROZEN_MILLIS_MAX = 4000;

    @TempDir Path home;

    private final List<Ledger> ledgers = new ArrayList<>();

    @Test
    void nothingAcknowledgedIsLostWhileMembersFail() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < WRITERS; i++) {
            ledgers.add(new Ledger(i));
        }
        try (Members members =
                        Members.start(
                                home,
                                NAMES,
                                "--snapshot-count=200",
                                "--snapshot-catchup-entries=50");
                ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (int round = 0; round < ROUNDS; round++) {
                round(members, threads, round, random);
            }
            long revision = 0;
            long total = 0;
            for (String name : NAMES) {
                try (Gateway gateway = new Gateway(members.victim(name).clientPort())) {
                    revision = Math.max(revision, gateway.range("a", "b").revision());
                    for (Ledger ledger : ledgers) {
                        ledger.verifyAll(gateway);
                    }
                }
            }
            members.awaitSameKeys(revision);
            for (Ledger ledger : ledgers) {
                total += ledger.acknowledgedTotal();
            }
            System.out.println(total + " acknowledged transactions survived " + ROUNDS + " rounds");
        }
    }

    private void round(Members members, ExecutorService threads, int round, Random random)
            throws Exception {
        List<Future<?>> writing = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < WRITERS; i++) {
            Ledger ledger = ledgers.get(i);
            int port = members.victim(NAMES.get((i + round) % NAMES.size())).clientPort();
            writing.add(threads.submit(() -> write(port, ledger, over)));
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(WRITING_MILLIS_MIN, WRITING_MILLIS_MAX));
        String one = random.nextBoolean() ? members.leader() : any(random);
        List<String> killed = new ArrayList<>();
        switch (random.nextInt(6)) {
            case 0 -> {
                // Power goes everywhere.
                for (String name : NAMES) {
                    members.victim(name).kill();
                    killed.add(name);
                }
            }
            case 1 -> {
                String other = NAMES.get((NAMES.indexOf(one) + 1) % NAMES.size());
                members.victim(one).kill();
                members.victim(other).kill();
                killed.addAll(List.of(one, other));
            }
            case 2 -> {
                signal("STOP", members.victim(one));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(FROZEN_MILLIS_MAX));
                signal("CONT", members.victim(one));
                members.victim(one).kill();
                killed.add(one);
            }
            case 3 -> {
                // An operator's restart.
                members.victim(one).terminate();
                killed.add(one);
            }
            default -> {
                members.victim(one).kill();
                killed.add(one);
            }
        }
        // Those who write through the others go on for a while, with or without a majority.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(WRITING_MILLIS_MAX));
        over.set(true);
        for (Future<?> each : writing) {
            each.get(60, TimeUnit.SECONDS);
        }
        for (String name : killed) {
            members.restart(name);
        }
        for (String name : NAMES) {
            members.awaitReadable(name);
        }
        try (Gateway gateway = new Gateway(members.victim(any(random)).clientPort())) {
            for (Ledger ledger : ledgers) {
                ledger.verify(gateway, round);
            }
        }
    }

    private static String any(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    /** Writes until the round is over or something goes wrong, after which nobody knows what became of the last transaction. */
    private static Void write(int port, Ledger ledger, AtomicBoolean over)
            throws InterruptedException {
        try (Gateway gateway = new Gateway(port)) {
            while (!over.get()) {
                ledger.acknowledge(gateway.putAll(ledger.next()));
            }
            return null;
        } catch (IOException | RefusedException _) {
            return null;
        }
    }

    private static void signal(String name, Victim victim) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(victim.pid())).start().waitFor();
    }
}
