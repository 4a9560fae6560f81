package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real launcher in a release that is put together from this build: {@code bin/} and {@code lib/} side by side. */
class LauncherTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir Path dir;
    private Path release;

    @BeforeEach
    void assemble() throws IOException {
        release = dir.resolve("a release");
        Path bin = Path.of("").toAbsolutePath().getParent().resolve("bin");
        try (Stream<Path> files = Files.walk(bin)) {
            for (Path file : files.toList()) {
                Path copy = release.resolve("bin").resolve(bin.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                    assertThat(copy.toFile().setExecutable(Files.isExecutable(file))).isTrue();
                }
            }
        }
        Files.createDirectories(release.resolve("lib"));
        jar(System.getProperty("java.class.path"), release.resolve("lib/quorate.jar"));
    }

    /** One archive, as the launchers expect it, that leads to everything this test runs with. */
    private static void jar(String classPath, Path jar) throws IOException {
        String places =
                Stream.of(classPath.split(File.pathSeparator))
                        .map(place -> Path.of(place).toUri().toString())
                        .collect(Collectors.joining(" "));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, places);
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
    }

    /** Starts with an empty environment; the JDK has to be found by the launcher, or is the one of this test. */
    private Process start(Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
        builder.environment().clear();
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private static String text(java.io.InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void printsItsVersionThroughSymbolicLinks() throws Exception {
        Path first = Files.createSymbolicLink(dir.resolve("first"), release.resolve("bin/etcd"));
        Path second = Files.createSymbolicLink(dir.resolve("second"), Path.of("first"));
        assertThat(first).exists();

        Process process = start(second, "--version");

        assertThat(text(process.getErrorStream())).isEmpty();
        assertThat(text(process.getInputStream())).startsWith("etcd Version: 3.7.1\nGit SHA: ");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void passesArgumentsAndExitCodesThrough() throws Exception {
        Process usage = start(release.resolve("bin/etcd"), "--no such flag");
        assertThat(text(usage.getErrorStream()))
                .startsWith("flag provided but not defined: -no such flag\nUsage:\n");
        assertThat(usage.waitFor()).isEqualTo(2);

        Process refused = start(release.resolve("bin/etcd"), "it's *");
        assertThat(text(refused.getErrorStream()).lines())
                .allSatisfy(line -> assertThat(line).startsWith("{\"level\":\"").endsWith("}"))
                .anySatisfy(
                        line -> assertThat(line).contains("\\\"it's *\\\" is not a valid flag"));
        assertThat(refused.waitFor()).isEqualTo(1);
    }

    @Test
    void theJvmItselfGetsTheSignalAndExitsWithItsStatus() throws Exception {
        Path program = release.resolve("bin/waiting");
        String etcd = Files.readString(release.resolve("bin/etcd"));
        Files.writeString(
                program,
                etcd.replace("dev.quorate.tools.etcd.Etcd ", Waiting.class.getName() + " "));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Process process = start(program, "--name", "x");
        try {
            BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("ready in " + dir.toRealPath());

            process.toHandle().destroy(); // Process.destroy would close our ends of its pipes

            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
            assertThat(out.lines().collect(Collectors.toList())).containsExactly("stopped");
            assertThat(text(process.getErrorStream()))
                    .contains("\"msg\":\"received signal; shutting down\"")
                    .doesNotContain("\"level\":\"error\"");
        } finally {
            process.destroyForcibly();
        }
    }
}
