package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every list of calls, played against real etcd 3.7.1 and the target at the same time, must have the same answers: each field, each
 * status with its text, each message of a stream in its order.
 *
 * <p>{@code -Dconform.calls=PREFIX} plays some lists alone, {@code -Dconform.record=DIR} writes both sides' outcomes there.
 */
@Tag("interop")
final class CallsTest {

    @TempDir Path temp;

    @TestFactory
    Stream<DynamicNode> sameAnswers() throws IOException, InterruptedException {
        Path dir = Toolchain.root().resolve("verify/src/test/resources/conform");
        String prefix = System.getProperty("conform.calls", "");
        List<Path> files;
        try (Stream<Path> list = Files.list(dir)) {
            files = list.filter(file -> file.toString().endsWith(".calls")).sorted().toList();
        }
        List<DynamicNode> nodes = new ArrayList<>();
        for (Path file : files) {
            Calls calls = Calls.read(file);
            if (calls.name().startsWith(prefix)) {
                nodes.add(dynamicContainer(calls.name(), compare(calls)));
            }
        }
        return nodes.stream();
    }

    private List<DynamicTest> compare(Calls calls) throws IOException, InterruptedException {
        List<String> expected;
        List<String> actual;
        try (ExecutorService sides = Executors.newFixedThreadPool(2)) {
            Future<List<String>> reference =
                    sides.submit(() -> play(calls, Toolchain.Origin.ETCD_37, "reference"));
            Future<List<String>> target =
                    sides.submit(() -> play(calls, Toolchain.target(), "target"));
            expected = reference.get();
            actual = target.get();
        } catch (ExecutionException e) {
            return List.of(
                    dynamicTest(
                            "plays",
                            () -> {
                                throw e.getCause();
                            }));
        }
        record(calls, "expected", expected);
        record(calls, "actual", actual);
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            Calls.Call call = calls.calls().get(i);
            String want = expected.get(i);
            String got = actual.get(i);
            if (call.compared()) {
                String asked = call.first().method() + " " + call.first().text();
                tests.add(
                        dynamicTest(
                                call.first().name(),
                                () -> assertThat(got).as("%.300s", asked).isEqualTo(want)));
            }
        }
        return tests;
    }

    private List<String> play(Calls calls, Toolchain.Origin origin, String side)
            throws InterruptedException {
        Path home = temp.resolve(calls.name()).resolve(side);
        List<String> outcomes = new ArrayList<>();
        try (Member member = Member.start(origin, home, calls.flags().toArray(String[]::new));
                Caller caller = new Caller(member.endpoint())) {
            for (Calls.Call call : calls.calls()) {
                outcomes.add(caller.play(call));
            }
        }
        return outcomes;
    }

    private static void record(Calls calls, String side, List<String> outcomes) throws IOException {
        String dir = System.getProperty("conform.record");
        if (dir == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < outcomes.size(); i++) {
            text.append("=== ").append(calls.calls().get(i).first().name()).append('\n');
            text.append(outcomes.get(i)).append('\n');
        }
        Files.createDirectories(Path.of(dir));
        Files.writeString(Path.of(dir, calls.name() + ".calls." + side), text);
    }
}
