package dev.quorate.raft.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the transcripts in {@code src/test/resources/scripts}. A line {@code > command} is followed
 * by what it prints; comments and blank lines stand for themselves. With
 * {@code -Dscripts.rewrite=true} the files are written anew, and the difference is to be read
 * before it is committed.
 */
class ScriptTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");
    private static final boolean REWRITE = Boolean.getBoolean("scripts.rewrite");

    @TestFactory
    List<DynamicTest> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.sorted()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file)))
                    .toList();
        }
    }

    private void check(Path file) throws IOException {
        String expected = Files.readString(file);
        String actual = replay(expected);
        if (REWRITE) {
            Files.writeString(file, actual);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static String replay(String script) {
        ScriptEnvironment environment = new ScriptEnvironment();
        StringBuilder transcript = new StringBuilder();
        for (String line : script.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                transcript.append(line).append('\n');
            } else if (line.startsWith("> ")) {
                transcript.append(line).append('\n').append(environment.run(line.substring(2)));
            }
        }
        return transcript.toString();
    }
}
