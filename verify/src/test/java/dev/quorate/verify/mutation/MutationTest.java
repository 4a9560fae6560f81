package dev.quorate.verify.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.sim.SimulationProgram;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every planted fault is caught by a seed of a simulation. {@code -Dmutation.only=name} tries one, {@code -Dmutation.write=true}
 * writes the list in docs/mutations.md anew.
 */
class MutationTest {
    /** Those of the default suite, and as many of the slow one. */
    private static final int SEEDS = 400;

    private static final int MUTATIONS_MIN = 15;
    private static final long MINUTES_MAX = 10;
    private static final String LIST = "docs/mutations.md";
    private static final String BEGIN = "<!-- list -->\n";

    /** Which seed noticed, and what it said. */
    private record Catch(long seed, String said) {}

    @TempDir Path temporary;

    @Test
    void everyEditFitsTheSourcesAndIsListed() throws IOException {
        Path root = root();
        String list = Files.readString(root.resolve(LIST));
        List<Mutation> mutations = mutations();
        assertThat(mutations).hasSizeGreaterThanOrEqualTo(MUTATIONS_MIN);
        for (Mutation mutation : mutations) {
            assertThat(mutation.edits()).as(mutation.name()).isNotEmpty();
            assertThat(mutation.apply(root)).as(mutation.name()).isNotEmpty();
            assertThat(list).as(LIST).contains("| `" + mutation.name() + "` |");
        }
    }

    @Test
    @Tag("slow")
    void everyPlantedFaultIsCaught() throws IOException {
        Path root = root();
        List<Mutation> mutations = new ArrayList<>(mutations());
        String only = System.getProperty("mutation.only");
        mutations.removeIf(mutation -> only != null && !mutation.name().equals(only));
        assertThat(mutations).isNotEmpty();
        // Without a fault nothing is caught, or the rest would prove nothing.
        for (Mutation.Judge judge : Mutation.Judge.values()) {
            assertThat(run(judge, root, temporary.resolve("none"), 5))
                    .as("%s without a fault", judge)
                    .isNull();
        }
        Map<String, Catch> caught = new TreeMap<>();
        List<String> escaped = new ArrayList<>();
        IntStream.range(0, mutations.size())
                .parallel()
                .forEach(i -> {
                    Mutation mutation = mutations.get(i);
                    Catch result = tryOut(mutation, root);
                    synchronized (caught) {
                        if (result == null) {
                            escaped.add(mutation.name());
                        } else {
                            caught.put(mutation.name(), result);
                        }
                        System.out.println(mutation.name() + ": " + result);
                    }
                });
        if (Boolean.getBoolean("mutation.write")) {
            write(root, mutations, caught);
        }
        assertThat(escaped).as("planted faults that nothing noticed").isEmpty();
    }

    private static List<Mutation> mutations() throws IOException {
        try (var in = MutationTest.class.getResourceAsStream("/mutation/planted.txt")) {
            return Mutation.parse(
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Catch tryOut(Mutation mutation, Path root) {
        try {
            Path classes = temporary.resolve(mutation.name());
            compile(mutation.apply(root), classes);
            return run(mutation.judge(), root, classes, SEEDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(Map<Path, String> sources, Path classes) throws IOException {
        Path patched =
                Files.createDirectories(classes.resolveSibling(classes.getFileName() + ".src"));
        Files.createDirectories(classes);
        List<Path> files = new ArrayList<>();
        for (var source : sources.entrySet()) {
            Path file = patched.resolve(source.getKey().getFileName());
            Files.writeString(file, source.getValue());
            files.add(file);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done =
                    compiler.getTask(
                                    errors,
                                    manager,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-nowarn",
                                            "-d",
                                            classes.toString(),
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files))
                            .call();
            assertThat(done).as("the patched source compiles: " + errors).isTrue();
        }
    }

    /** Runs seeds in a process of its own until one fails; null when none does. */
    private static Catch run(Mutation.Judge judge, Path root, Path classes, int seeds)
            throws IOException {
        Path output = classes.resolveSibling(classes.getFileName() + ".out");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-ea",
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                String.join(
                                        File.pathSeparator,
                                        classes.toString(),
                                        root.resolve("raft/target/test-classes").toString(),
                                        System.getProperty("java.class.path")),
                                judge.program,
                                "1",
                                Integer.toString(seeds))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                throw new AssertionError(
                        classes.getFileName() + ": no end after " + MINUTES_MAX + " minutes");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        if (process.exitValue() == 0) {
            return null;
        }
        assertThat(process.exitValue())
                .as("exit code, and: " + said)
                .isEqualTo(SimulationProgram.CAUGHT);
        String[] lines = said.split("\n", -1);
        return new Catch(Long.parseLong(lines[0].split(" ")[1]), lines[1]);
    }

    private static void write(Path root, List<Mutation> mutations, Map<String, Catch> caught)
            throws IOException {
        Path file = root.resolve(LIST);
        String text = Files.readString(file);
        StringBuilder list = new StringBuilder(text.substring(0, text.indexOf(BEGIN)) + BEGIN);
        list.append(
                "| fault | what is wrong | test | seed | what it says |\n|---|---|---|---|---|\n");
        for (Mutation mutation : mutations) {
            Catch one = caught.get(mutation.name());
            list.append("| `").append(mutation.name()).append("` | ").append(mutation.reason());
            list.append(" | ")
                    .append(mutation.judge().test)
                    .append(" | ")
                    .append(one == null ? "none" : one.seed);
            String said = one == null ? "" : one.said.replace("|", "\\|").replace("<", "&lt;");
            list.append(" | ").append(said.length() > 160 ? said.substring(0, 160) + "…" : said);
            list.append(" |\n");
        }
        Files.writeString(file, list);
    }

    private static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = Objects.requireNonNull(root.getParent(), "run inside a clone");
        }
        return root;
    }
}
