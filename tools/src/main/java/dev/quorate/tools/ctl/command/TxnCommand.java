package dev.quorate.tools.ctl.command;

import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.tools.command.Command;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.command.LineException;
import dev.quorate.tools.flag.Quote;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code txn}: conditions, then what to do if they hold, then what to do otherwise; each part ends with an empty line. */
final class TxnCommand {
    private final Run run;
    private final boolean interactive;

    private TxnCommand(Run run) {
        this.run = run;
        this.interactive = run.values().bool("interactive");
    }

    static void run(Run run) {
        if (!run.arguments().isEmpty()) {
            throw CtlException.badArguments("txn command does not accept argument");
        }
        TxnRequest request = new TxnCommand(run).read();
        run.printer().txn(run.client().kv().txn(request));
    }

    private TxnRequest read() {
        run.client();
        TxnRequest.Builder request = TxnRequest.newBuilder();
        prompt("compares:");
        eachLine(line -> request.addCompare(compare(line)));
        prompt("success requests (get, put, del):");
        eachLine(line -> request.addSuccess(operation(line)));
        prompt("failure requests (get, put, del):");
        eachLine(line -> request.addFailure(operation(line)));
        return request.build();
    }

    /** Up to an empty one. */
    private void eachLine(Consumer<String> reader) {
        for (String line = line(); !line.isEmpty(); line = line()) {
            reader.accept(line);
        }
    }

    private void prompt(String text) {
        if (interactive) {
            run.out().line(text).flush();
        }
    }

    /** The next line without blanks around it. An input that ends in the middle of a transaction is refused. */
    private String line() {
        @Nullable String line = Passwords.readLine(run.in());
        if (line == null) {
            throw invalid("EOF");
        }
        return line.strip();
    }

    private static CtlException invalid(String text) {
        return new CtlException(ExitCode.INVALID_INPUT, text);
    }

    /** Reads {@code mod("key") > "0"}. */
    static Compare compare(String line) {
        int open = line.indexOf('(');
        if (open < 0) {
            throw invalid("malformed comparison: " + line);
        }
        String target = line.substring(0, open);
        Parts parts = Parts.of(line, open + 1);
        if (parts.value() == null) {
            throw invalid(
                    "malformed comparison: "
                            + line
                            + "; got "
                            + target
                            + "("
                            + Quote.go(parts.key())
                            + ") "
                            + parts.operator()
                            + " \"\"");
        }
        Compare.Builder compare =
                Compare.newBuilder()
                        .setKey(Run.octets(parts.key()))
                        .setResult(result(parts.operator(), line));
        String value = parts.value();
        switch (target) {
            case "ver", "version" ->
                    compare.setTarget(Compare.CompareTarget.VERSION)
                            .setVersion(number(value, line));
            case "c", "create" ->
                    compare.setTarget(Compare.CompareTarget.CREATE)
                            .setCreateRevision(number(value, line));
            case "m", "mod" ->
                    compare.setTarget(Compare.CompareTarget.MOD)
                            .setModRevision(number(value, line));
            case "val", "value" ->
                    compare.setTarget(Compare.CompareTarget.VALUE).setValue(Run.octets(value));
            case "lease" ->
                    compare.setTarget(Compare.CompareTarget.LEASE).setLease(lease(value, line));
            default ->
                    throw invalid(
                            "malformed comparison: " + line + " (unknown target " + target + ")");
        }
        return compare.build();
    }

    private static Compare.CompareResult result(String operator, String line) {
        return switch (operator) {
            case "=" -> Compare.CompareResult.EQUAL;
            case "!=" -> Compare.CompareResult.NOT_EQUAL;
            case ">" -> Compare.CompareResult.GREATER;
            case "<" -> Compare.CompareResult.LESS;
            default ->
                    throw invalid(
                            "malformed comparison: "
                                    + line
                                    + " (unknown operator "
                                    + operator
                                    + ")");
        };
    }

    private static long number(String text, String line) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw invalid("invalid txn compare request: " + line);
        }
    }

    /** Leases are typed in hexadecimal everywhere. */
    private static long lease(String text, String line) {
        try {
            return Long.parseLong(text, 16);
        } catch (NumberFormatException e) {
            throw invalid("invalid txn compare request: " + line);
        }
    }

    /** What stands behind the opening bracket. Missing parts are empty, a missing value is null. */
    private record Parts(String key, String operator, @Nullable String value) {
        static Parts of(String line, int from) {
            int[] end = {from};
            String key = Words.unquote(line, from, end);
            if (key == null) {
                return new Parts("", "", null);
            }
            int at = end[0];
            if (at >= line.length() || line.charAt(at) != ')') {
                return new Parts(key, "", null);
            }
            String rest = line.substring(at + 1).strip();
            int blank = 0;
            while (blank < rest.length() && !Character.isWhitespace(rest.charAt(blank))) {
                blank++;
            }
            if (blank == rest.length()) {
                return new Parts(key, rest, null);
            }
            String operator = rest.substring(0, blank);
            return new Parts(
                    key, operator, Words.unquote(rest.substring(blank).strip(), 0, new int[1]));
        }
    }

    private RequestOp operation(String line) {
        List<String> words = Words.of(line);
        if (words.size() < 2) {
            throw invalid("invalid txn compare request: " + line);
        }
        String name = words.getFirst();
        Command command =
                switch (name) {
                    case "put", "get", "del" -> run.line().command().other(name);
                    default -> null;
                };
        if (command == null) {
            throw invalid("invalid txn request: " + line);
        }
        Line read;
        try {
            read = CommandLine.readOptions(command, words.subList(1, words.size()));
        } catch (LineException e) {
            throw invalid("invalid txn request: " + line);
        }
        RequestOp.Builder operation = RequestOp.newBuilder();
        switch (name) {
            case "put" ->
                    operation.setRequestPut(
                            KeyCommands.putRequest(null, read.arguments(), read.values()));
            case "get" ->
                    operation.setRequestRange(
                            KeyCommands.getRequest(read.arguments(), read.values()));
            default ->
                    operation.setRequestDeleteRange(
                            KeyCommands.delRequest(run, read.arguments(), read.values()));
        }
        return operation.build();
    }
}
