package dev.quorate.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words against a small tree; what is expected is what a Go program of the same tree says. */
final class CommandLineTest {
    private static final HelpStyle STYLE =
            new HelpStyle(true, true, false, "The end.\n", false, false);

    private static Reading read(String... words) {
        Command remove =
                new Command("remove <name>", "Removes")
                        .options(
                                Option.integer("limit", 0, "how many"),
                                new Option("all", "a", ValueKind.BOOL, "false", "every one"),
                                new Option("from", "", ValueKind.STRINGS, "x", "where from"));
        Command copy =
                new Command("copy", "Copies")
                        .required(Option.directory("to", "where to"))
                        .required(Option.unsigned("at", 0, "when"))
                        .arguments(1);
        Command program =
                new Command("tool", "A tool.")
                        .style(STYLE)
                        .inheritable(
                                new Option("out", "w", ValueKind.STRING, "simple", "the form")
                                        .offering("simple", "json"))
                        .children(
                                new Command("member", "Members")
                                        .children(remove, new Command("rename", "Renames")),
                                copy,
                                CommandLine.completionCommand(),
                                CommandLine.helpCommand());
        return CommandLine.read(program, List.of(words));
    }

    private static Answer answer(String... words) {
        return switch (read(words)) {
            case Answer answer -> answer;
            case Line line -> fail("ran " + line.command().path());
        };
    }

    /** What the command {@code remove} sees. */
    private static String seen(String... words) {
        return switch (read(words)) {
            case Answer answer -> fail(answer.out() + answer.err());
            case Line line -> {
                assertThat(line.command().pathInside()).isEqualTo("member remove");
                yield line.arguments()
                        + " limit="
                        + line.values().integer("limit")
                        + " all="
                        + line.values().bool("all")
                        + " from="
                        + line.values().list("from")
                        + " out="
                        + line.values().text("out");
            }
        };
    }

    @Test
    void optionsStandAnywhereAndInEveryForm() {
        assertThat(seen("-wjson", "member", "--limit", "0x10", "remove", "-a", "n", "--from=a,b"))
                .isEqualTo("[n] limit=16 all=true from=[a, b] out=json");
        assertThat(seen("member", "remove", "--from", "a", "--from", "b", "--all=f", "-w=t", "m"))
                .isEqualTo("[m] limit=0 all=false from=[a, b] out=t");
    }

    @Test
    void behindTwoDashesNothingIsAnOption() {
        assertThat(seen("member", "remove", "--", "-a", "--limit"))
                .isEqualTo("[-a, --limit] limit=0 all=false from=[x] out=simple");
    }

    @Test
    void aBeginningNamesACommandIfItIsTheOnlyOne() {
        assertThat(seen("m", "rem")).startsWith("[] ");
        assertThat(answer("m", "re").out())
                .as("remove or rename")
                .startsWith("Members\n\nUsage:\n  tool member [command]\n");
    }

    @Test
    void helpListsCommandsAndOptionsInOrder() {
        String expected =
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
                """;
        assertThat(answer("member", "remove", "--help")).isEqualTo(new Answer(expected, "", 0));
        assertThat(answer("help", "member", "remove")).isEqualTo(new Answer(expected, "", 0));
        assertThat(answer("help", "nothing").err())
                .startsWith("Unknown help topic [`nothing`]\nUsage:\n  tool [command]\n");
    }

    @Test
    void whatIsWrongComesBeforeHelp() {
        assertComplaint("unknown flag: --none", "member", "remove", "--help", "--none");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(answer("copy").err()).startsWith("Error: accepts 1 arg(s), received 0\nUsage:");
        assertThat(answer("copy", "x").err())
                .startsWith("Error: required flag(s) \"at\", \"to\" not set\nUsage:");
        assertThat(answer("copy", "x", "--at=-1", "--to", "y").err())
                .startsWith(
                        "Error: invalid argument \"-1\" for \"--at\" flag: strconv.ParseUint: parsing \"-1\": invalid"
                                + " syntax\n");
        assertThat(read("copy", "x", "--at=18446744073709551615", "--to", "y"))
                .isInstanceOfSatisfying(
                        Line.class, line -> assertThat(line.values().unsigned("at")).isEqualTo(-1));
    }

    @Test
    void shellsAreOfferedWhatFits() {
        assertOffered("member\tMembers\n:4\n", "m");
        assertOffered("remove\tRemoves\nrename\tRenames\n:4\n", "member", "");
        assertOffered(":0\n", "member", "remove", "");
        assertOffered("-a\tevery one\n:4\n", "member", "remove", "-a");
        assertOffered("--limit\thow many\n:4\n", "member", "remove", "--l");
        assertOffered(":4\n", "member", "remove", "--limit", "1", "--l");
        assertOffered("simple\njson\n:0\n", "member", "-w", "");
        assertOffered("simple\njson\n:0\n", "member", "--out=j");
        assertOffered("--to\twhere to\n--at\twhen\n:0\n", "copy", "");
        assertOffered(":16\n", "copy", "--to", "");
        assertOffered("zsh\n:4\n", "completion", "z");
        assertThat(answer("__complete", "nothing", "").err())
                .isEqualTo(
                        "[Debug] [Error] unable to find a command for arguments: [nothing]\n"
                                + "Completion ended with directive: ShellCompDirectiveDefault\n");
        assertThat(answer("__completeNoDesc", "m").out()).isEqualTo("member\n:4\n");
    }

    private static void assertOffered(String lines, String... words) {
        List<String> asked = new ArrayList<>(List.of("__complete"));
        asked.addAll(List.of(words));
        assertThat(answer(asked.toArray(String[]::new)).out()).startsWith(lines);
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

    private static void assertComplaint(String message, String... words) {
        Answer answer = answer(words);
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).startsWith("Error: " + message + "\nUsage:\n  tool member remove");
    }

    @Test
    void anUnknownCommandIsMetWithWhatIsNear() {
        String expected =
                """
                Error: unknown command "meber" for "tool"

                Did you mean this?
                	member

                Run 'tool --help' for usage.
                """;
        assertThat(answer("meber")).isEqualTo(new Answer("", expected, 1));
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
