package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every script, played against the reference and the target at the same time, must have the same outcomes.
 *
 * <p>Differences that are meant are listed in {@code intended.txt}, those of our etcdctl in {@code intended-ctl.txt}; one that has gone must be
 * taken off the list.
 * {@code -Dconform.script=PREFIX} runs some scripts alone, {@code -Dconform.skip=NAME,NAME} leaves some out; {@code -Dconform.record=DIR} writes both sides' outcomes there.
 */
@Tag("interop")
final class ScriptTest {

    /** How many scripts are played at a time, each with two servers of its own: they wait more than they compute. */
    private static final int AT_ONCE = Integer.getInteger("conform.atonce", 2);

    /** Steps that take longer are named. */
    private static final Duration LONG_STEP = Duration.ofSeconds(5);

    @TempDir Path temp;

    @TestFactory
    Stream<DynamicNode> sameOutcomes() throws IOException, InterruptedException {
        Path dir = Toolchain.root().resolve("verify/src/test/resources/conform");
        Map<String, String> intended = new TreeMap<>();
        if (Toolchain.target() == Toolchain.Origin.QUORATE) {
            intended.putAll(intended(dir.resolve("intended.txt")));
        }
        if (Toolchain.ctl(Toolchain.Origin.ETCD_37) == Toolchain.Origin.QUORATE) {
            intended.putAll(intended(dir.resolve("intended-ctl.txt")));
        }
        String prefix = System.getProperty("conform.script", "");
        List<String> skipped = List.of(System.getProperty("conform.skip", "").split(",", -1));
        List<Path> files;
        try (Stream<Path> list = Files.list(dir)) {
            files = list.filter(file -> file.toString().endsWith(".script")).sorted().toList();
        }
        List<Future<DynamicNode>> played = new ArrayList<>();
        try (ExecutorService scripts = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Path file : files) {
                Script script = Script.read(file);
                if (script.name().startsWith(prefix) && !skipped.contains(script.name())) {
                    played.add(
                            scripts.submit(() ->
                                    dynamicContainer(script.name(), compare(script, intended))));
                }
            }
        }
        return played.stream().map(Future::resultNow);
    }

    /** Quorate, or the reference itself where the suite is to be proved. */
    private static Toolchain.Origin target(Script script) {
        Toolchain.Origin target = Toolchain.target();
        return target == Toolchain.Origin.QUORATE ? target : script.reference();
    }

    private List<DynamicTest> compare(Script script, Map<String, String> intended)
            throws IOException, InterruptedException {
        List<Outcome> expected = new ArrayList<>();
        List<Outcome> actual = new ArrayList<>();
        Path dir = Files.createDirectories(temp.resolve(script.name()));
        long started = System.nanoTime();
        try (ExecutorService sides = Executors.newFixedThreadPool(2)) {
            Future<?> reference =
                    sides.submit(
                            () -> play(script, script.reference(), script.ctl(), dir, expected));
            Future<?> target =
                    sides.submit(() ->
                            play(script, target(script), Toolchain.ctl(script.ctl()), dir, actual));
            reference.get();
            target.get();
        } catch (ExecutionException e) {
            return List.of(
                    dynamicTest(
                            "plays",
                            () -> {
                                throw e.getCause();
                            }));
        }
        System.out.printf(
                "conform: %s: %d steps, %d s%n",
                script.name(),
                script.steps().size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
        record(script, expected, actual);
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < script.steps().size(); i++) {
            Script.Step step = script.steps().get(i);
            if (step.compared()) {
                String key = script.name() + "/" + step.name();
                Outcome want = expected.get(i);
                Outcome got = actual.get(i);
                tests.add(
                        dynamicTest(
                                step.name(),
                                () -> judge(step, want, got, intended.containsKey(key))));
            }
        }
        return tests;
    }

    private static void judge(Script.Step step, Outcome want, Outcome got, boolean meant) {
        if (meant) {
            assertThat(got.text())
                    .as("listed in intended.txt, but no longer different: %s", step.command())
                    .isNotEqualTo(want.text());
        } else {
            assertThat(got.text()).as(step.command()).isEqualTo(want.text());
        }
    }

    private @Nullable Void play(
            Script script,
            Toolchain.Origin server,
            Toolchain.Origin ctl,
            Path dir,
            List<Outcome> outcomes)
            throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(dir, "side");
        try (Session session = new Session(server, ctl, home, script)) {
            for (Script.Step step : script.steps()) {
                long started = System.nanoTime();
                outcomes.add(session.play(step));
                Duration took = Duration.ofNanos(System.nanoTime() - started);
                if (took.compareTo(LONG_STEP) > 0) {
                    System.out.printf(
                            "conform: %s/%s at %s: %d s%n",
                            script.name(), step.name(), server, took.toSeconds());
                }
            }
        }
        return null;
    }

    /** Lines of {@code script/step: reason}. */
    private static Map<String, String> intended(Path file) throws IOException {
        Map<String, String> intended = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(": ");
            if (!line.startsWith("#") && colon > 0) {
                intended.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return intended;
    }

    private static void record(Script script, List<Outcome> expected, List<Outcome> actual)
            throws IOException {
        String dir = System.getProperty("conform.record");
        if (dir == null) {
            return;
        }
        Files.createDirectories(Path.of(dir));
        Files.writeString(Path.of(dir, script.name() + ".expected"), shown(script, expected));
        Files.writeString(Path.of(dir, script.name() + ".actual"), shown(script, actual));
    }

    private static String shown(Script script, List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < outcomes.size(); i++) {
            Script.Step step = script.steps().get(i);
            text.append("=== ").append(step.name()).append("\n$ ").append(step.command());
            text.append('\n').append(outcomes.get(i).text()).append('\n');
        }
        return text.toString();
    }
}
