package dev.quorate.tools.goreman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PartsTest {
    @Test
    void environmentFiles() throws Exception {
        String text =
                """
                # comment
                export A=plain text # not this
                B: "two\\nlines $A ${HOME}"
                C='as $it # stands'

                D=a#b\\$A
                E="say \\"x\\""
                A=ignored
                """;
        assertThat(DotEnv.parse(text, ".env", Map.of("HOME", "/root")))
                .containsExactly(
                        Map.entry("A", "plain text"),
                        Map.entry("B", "two\nlines plain text /root"),
                        Map.entry("C", "as $it # stands"),
                        Map.entry("D", "a#b$A"),
                        Map.entry("E", "say \"x\""));
        assertThatThrownBy(() -> DotEnv.parse("A=1\nnonsense\n", ".env", Map.of()))
                .hasMessage(".env line 2: expected NAME=value");
        assertThatThrownBy(() -> DotEnv.parse("A='1\n", ".env", Map.of()))
                .hasMessageContaining("does not end");
    }

    @Test
    void aProcfileNamesEachEntryOnce() {
        assertThatThrownBy(() -> Procfile.parse("a: x\na: y\n", "Procfile"))
                .hasMessage("Procfile has two entries named a");
    }

    @Test
    void linesStandBehindTimeAndName() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console =
                new Console(out, true, Console.timeOfDay(() -> Instant.EPOCH), "longer".length());
        console.say(new Procfile.Entry("a", "", 7), "text");
        console.say(new Procfile.Entry("a", "", 7), "");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .matches("\u001b\\[36m\\d\\d:\\d\\d:00      a \\| \u001b\\[0mtext\n");
    }

    @Test
    void outputIsCutIntoLines() {
        List<String> lines = new ArrayList<>();
        byte[] bytes = ("one\r\n\ntwo\n" + "x".repeat(70_000)).getBytes(StandardCharsets.UTF_8);
        LineReader.copy(
                new ByteArrayInputStream(bytes),
                (line, from, length) ->
                        lines.add(new String(line, from, length, StandardCharsets.UTF_8)));
        assertThat(lines).startsWith("one", "", "two");
        assertThat(String.join("", lines)).hasSize(70_006);
    }

    @Test
    void aPromptIsSeen() throws Exception {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (PipedOutputStream process = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(process)) {
            Thread.ofVirtual()
                    .start(() ->
                            LineReader.copy(
                                    in,
                                    (line, from, length) ->
                                            lines.add(
                                                    new String(
                                                            line,
                                                            from,
                                                            length,
                                                            StandardCharsets.UTF_8))));
            process.write("name? ".getBytes(StandardCharsets.UTF_8));
            process.flush();
            assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("name? ");
        }
    }

    @Test
    void aBrowserIsNoGoreman() throws Exception {
        Supervisor supervisor =
                new Supervisor(
                        List.of(),
                        (_, _) -> {
                            throw new IllegalStateException("no entries");
                        },
                        new Supervisor.ExitRules(false, false),
                        Duration.ofSeconds(1),
                        new Readiness(
                                Map.of(),
                                new Console(new ByteArrayOutputStream(), false, () -> "", 1)));
        try (ControlServer server = new ControlServer("127.0.0.1", 0, supervisor);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            Control.write(socket, "POST /stop-all HTTP/1.1\r\n\r\n");
            assertThat(Control.readAnswer(socket)).isEmpty();
        }
    }
}
