package dev.quorate.tools.ctl;

import dev.quorate.tools.command.Answer;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.ctl.command.Commands;
import dev.quorate.tools.ctl.command.CtlException;
import dev.quorate.tools.ctl.command.Run;
import dev.quorate.tools.ctl.print.Sink;
import dev.quorate.tools.ctl.print.UnsupportedFormatException;
import dev.quorate.tools.print.StandardStreams;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** etcdctl without its process: from a command line to an exit code. */
final class CtlProgram {
    private final InputStream in;
    private final Sink out;
    private final Sink err;
    private final Map<String, String> environment;

    CtlProgram(InputStream in, Sink out, Sink err, Map<String, String> environment) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /** Runs one command line and returns the exit code. */
    int run(List<String> arguments) {
        try {
            int code = dispatch(arguments);
            out.flush();
            err.flush();
            return code;
        } catch (Sink.Closed e) {
            return StandardStreams.CLOSED_PIPE;
        }
    }

    private int dispatch(List<String> arguments) {
        return switch (CommandLine.read(CommandTree.build(), arguments)) {
            case Answer answer -> {
                out.text(answer.out());
                err.text(answer.err());
                yield answer.exitCode();
            }
            case Line line -> dispatch(line);
        };
    }

    private int dispatch(Line line) {
        try (Run run = new Run(line, in, out, err, environment)) {
            Commands.run(run);
            return 0;
        } catch (CtlException e) {
            out.flush();
            if (!e.getMessage().isEmpty()) {
                err.line("Error: " + e.getMessage());
            }
            return e.exit();
        } catch (UnsupportedFormatException e) {
            out.flush();
            err.line("Error: " + e.getMessage());
            return ExitCode.BAD_FEATURE;
        }
    }
}
