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
import java.util.stream.IntStream;
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
 * {@code -Dconform.script=PREFIX,PREFIX} runs some scripts alone, {@code -Dconform.skip=NAME,NAME} leaves some out; {@code -Dconform.record=DIR} writes both sides' outcomes there.
 */
@Tag("interop")
final class ScriptTest {

    /** How many scripts are played at a time, each with two servers of its own: they wait more than they compute. */
    private static final int AT_ONCE = Integer.getInteger("conform.atonce", 2);

    /**
     * How often a script is played while steps of it differ; a step fails that differs each time. Both sides elect, expire and report by
     * clocks of their own, so a step may catch them at different moments; that does not happen twice to the same step, a fault does.
     */
    private static final int TRIES = Integer.getInteger("conform.tries", 2);

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
        List<String> prefixes = List.of(System.getProperty("conform.script", "").split(",", -1));
        List<String> skipped = List.of(System.getProperty("conform.skip", "").split(",", -1));
        List<Path> files;
        try (Stream<Path> list = Files.list(dir)) {
            files = list.filter(file -> file.toString().endsWith(".script")).sorted().toList();
        }
        List<Future<DynamicNode>> played = new ArrayList<>();
        try (ExecutorService scripts = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Path file : files) {
                Script script = Script.read(file);
                if (prefixes.stream().anyMatch(script.name()::startsWith)
                        && !skipped.contains(script.name())) {
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

    /** What both sides of one playing answered, step by step. */
    private record Playing(List<Outcome> expected, List<Outcome> actual) {

        boolean holds(Script script, int step, Map<String, String> intended) {
            boolean equal = expected.get(step).text().equals(actual.get(step).text());
            return !script.steps().get(step).compared()
                    || equal != intended.containsKey(key(script, step));
        }
    }

    private static String key(Script script, int step) {
        return script.name() + "/" + script.steps().get(step).name();
    }

    private List<DynamicTest> compare(Script script, Map<String, String> intended)
            throws IOException, InterruptedException {
        List<Playing> playings = new ArrayList<>();
        try {
            do {
                playings.add(playBoth(script));
            } while (playings.size() < TRIES && differs(script, playings, intended));
        } catch (ExecutionException e) {
            return List.of(
                    dynamicTest(
                            "plays",
                            () -> {
                                throw e.getCause();
                            }));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < script.steps().size(); i++) {
            Script.Step step = script.steps().get(i);
            if (step.compared()) {
                Playing shown = judged(script, i, playings, intended);
                boolean meant = intended.containsKey(key(script, i));
                Outcome want = shown.expected().get(i);
                Outcome got = shown.actual().get(i);
                tests.add(dynamicTest(step.name(), () -> judge(step, want, got, meant)));
            }
        }
        return tests;
    }

    /** Whether a step held in no playing so far. */
    private static boolean differs(
            Script script, List<Playing> playings, Map<String, String> intended) {
        return IntStream.range(0, script.steps().size())
                .anyMatch(step ->
                        playings.stream()
                                .noneMatch(playing -> playing.holds(script, step, intended)));
    }

    /** The first playing in which a step held, else the last; says so when it was not the first that held. */
    private static Playing judged(
            Script script, int step, List<Playing> playings, Map<String, String> intended) {
        Playing first = playings.getFirst();
        Playing judged =
                playings.stream()
                        .filter(playing -> playing.holds(script, step, intended))
                        .findFirst()
                        .orElse(playings.getLast());
        if (judged != first && judged.holds(script, step, intended)) {
            System.out.printf(
                    "conform: %s differed at first, then no more; reference:%n%s%ntarget:%n%s%n",
                    key(script, step),
                    first.expected().get(step).text(),
                    first.actual().get(step).text());
        }
        return judged;
    }

    private Playing playBoth(Script script)
            throws IOException, InterruptedException, ExecutionException {
        Playing playing = new Playing(new ArrayList<>(), new ArrayList<>());
        Path dir = Files.createDirectories(temp.resolve(script.name()));
        long started = System.nanoTime();
        try (ExecutorService sides = Executors.newFixedThreadPool(2)) {
            Future<?> reference =
                    sides.submit(() ->
                            play(
                                    script,
                                    script.reference(),
                                    script.ctl(),
                                    dir,
                                    playing.expected()));
            Future<?> target =
                    sides.submit(() ->
                            play(
                                    script,
                                    target(script),
                                    Toolchain.ctl(script.ctl()),
                                    dir,
                                    playing.actual()));
            reference.get();
            target.get();
        }
        System.out.printf(
                "conform: %s: %d steps, %d s%n",
                script.name(),
                script.steps().size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
        record(script, playing.expected(), playing.actual());
        return playing;
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
