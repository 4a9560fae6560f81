package dev.quorate.tools.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words against a small tree; what is expected is what a Go program of the same tree says. */
final class CommandLineTest {
    private static final HelpStyle STYLE = new HelpStyle(true, true, "The end.", true, false);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String seen = "";

    private int run(String... words) {
        Command leaf =
                Command.named("remove <name>")
                        .summary("Removes")
                        .option(Option.number("limit", 0, "how many"))
                        .option(Option.flag("all", "every one").letter('a'))
                        .option(Option.texts("from", List.of("x"), "where from"))
                        .action(invocation -> {
                            seen =
                                    invocation.arguments()
                                            + " limit="
                                            + invocation.number("limit")
                                            + " all="
                                            + invocation.flag("all")
                                            + " from="
                                            + invocation.texts("from")
                                            + " out="
                                            + invocation.text("out");
                            return 7;
                        });
        Command root =
                Command.named("tool")
                        .summary("A tool.")
                        .inheritedOption(Option.text("out", "simple", "the form").letter('w'))
                        .child(
                                Command.named("member")
                                        .summary("Members")
                                        .child(leaf)
                                        .child(
                                                Command.named("rename")
                                                        .summary("Renames")
                                                        .action(_ -> 0)))
                        .child(CommandLine.helpCommand());
        return new CommandLine(root, STYLE, stream(out), stream(err)).run(List.of(words));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void optionsStandAnywhereAndInEveryForm() {
        assertThat(run("-wjson", "member", "--limit", "0x10", "remove", "-a", "n", "--from=a,b"))
                .isEqualTo(7);
        assertThat(seen).isEqualTo("[n] limit=16 all=true from=[a, b] out=json");
        assertThat(run("member", "remove", "--from", "a", "--from", "b", "--all=f", "-w=t", "m"))
                .isEqualTo(7);
        assertThat(seen).isEqualTo("[m] limit=0 all=false from=[a, b] out=t");
    }

    @Test
    void behindTwoDashesNothingIsAnOption() {
        assertThat(run("member", "remove", "--", "-a", "--limit")).isEqualTo(7);
        assertThat(seen).isEqualTo("[-a, --limit] limit=0 all=false from=[x] out=simple");
    }

    @Test
    void aBeginningNamesACommandIfItIsTheOnlyOne() {
        assertThat(run("m", "rem")).isEqualTo(7);
        seen = "";
        assertThat(run("m", "re")).as("remove or rename").isZero();
        assertThat(seen).isEmpty();
        assertThat(out()).startsWith("Members\n\nUsage:\n  tool member [command]\n");
    }

    @Test
    void helpListsCommandsAndOptionsInOrder() {
        assertThat(run("member", "remove", "--help")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        Removes

                        Usage:
                          tool member remove <name> [flags]

                        Flags:
                          -a, --all            every one
                              --from strings   where from (default [x])
                          -h, --help           help for remove
                              --limit int      how many

                        Global Flags:
                          -w, --out string   the form (default "simple")
                        The end.
                        """);
    }

    @Test
    void complaintsAreGos() {
        assertComplaint("unknown flag: --none", "member", "remove", "--none");
        assertComplaint("unknown shorthand flag: 'z' in -z", "member", "remove", "-az");
        assertComplaint("flag needs an argument: --limit", "member", "remove", "--limit");
        assertComplaint("flag needs an argument: 'w' in -w", "member", "remove", "-aw");
        assertComplaint("bad flag syntax: --=1", "member", "remove", "--=1");
        assertComplaint(
                "invalid argument \"x\" for \"--limit\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
                "member",
                "remove",
                "--limit=x");
        assertComplaint(
                "invalid argument \"9223372036854775808\" for \"--limit\" flag: strconv.ParseInt: parsing"
                        + " \"9223372036854775808\": value out of range",
                "member",
                "remove",
                "--limit=9223372036854775808");
    }

    private void assertComplaint(String message, String... words) {
        err.reset();
        assertThat(run(words)).isEqualTo(1);
        assertThat(err()).startsWith("Error: " + message + "\nUsage:\n  tool member remove");
    }

    @Test
    void anUnknownCommandIsMetWithWhatIsNear() {
        assertThat(run("meber")).isEqualTo(1);
        assertThat(err())
                .isEqualTo(
                        """
                        Error: unknown command "meber" for "tool"

                        Did you mean this?
                        	member

                        Run 'tool --help' for usage.
                        """);
    }

    @Test
    void durationsAreRefusedInGosWords() {
        assertThat(DurationText.problem("1")).isEqualTo("time: missing unit in duration \"1\"");
        assertThat(DurationText.problem("1x"))
                .isEqualTo("time: unknown unit \"x\" in duration \"1x\"");
        assertThat(DurationText.problem("x")).isEqualTo("time: invalid duration \"x\"");
        assertThat(DurationText.problem("")).isEqualTo("time: invalid duration \"\"");
    }
}
