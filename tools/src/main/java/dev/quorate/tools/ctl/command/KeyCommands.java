package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Kv;
import dev.quorate.client.Prefix;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import dev.quorate.tools.flag.Quote;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code put}, {@code get} and {@code del}. The requests are also those of transactions, hence apart from their sending. */
final class KeyCommands {
    private static final ByteString EVERYTHING = Prefix.FROM_KEY;

    private KeyCommands() {}

    static void put(Run run) {
        PutRequest request = putRequest(run, run.arguments(), run.values());
        PutResponse answer = run.client().kv().put(request);
        run.printer().put(answer);
    }

    /**
     * The request of a line.
     *
     * @param run whose standard input may hold the value; null in a transaction, which must have it in its line
     */
    static PutRequest putRequest(@Nullable Run run, List<String> arguments, Values values) {
        if (arguments.isEmpty()) {
            throw CtlException.badArguments(
                    "put command needs 1 argument and input from stdin or 2 arguments");
        }
        PutRequest.Builder request =
                PutRequest.newBuilder().setKey(Run.octets(arguments.getFirst()));
        boolean ignoreValue = values.bool("ignore-value");
        if (run == null && !ignoreValue && arguments.size() < 2) {
            throw CtlException.badArguments(
                    "put command needs 1 argument and input from stdin or 2 arguments");
        }
        if (ignoreValue && arguments.size() > 1) {
            throw CtlException.badArguments(
                    "put command needs only 1 argument when 'ignore-value' is set");
        }
        if (!ignoreValue) {
            request.setValue(
                    arguments.size() > 1 ? Run.octets(arguments.get(1)) : standardInput(run));
        }
        return request.setLease(lease(values.text("lease")))
                .setPrevKv(values.bool("prev-kv"))
                .setIgnoreValue(ignoreValue)
                .setIgnoreLease(values.bool("ignore-lease"))
                .build();
    }

    private static ByteString standardInput(@Nullable Run run) {
        ByteString value;
        try {
            value = run == null ? ByteString.EMPTY : ByteString.copyFrom(run.in().readAllBytes());
        } catch (IOException e) {
            value = ByteString.EMPTY;
        }
        if (value.isEmpty()) {
            throw CtlException.badArguments(
                    "put command needs 1 argument and input from stdin or 2 arguments");
        }
        return value;
    }

    private static long lease(String text) {
        return HexIds.parse(text, "bad lease ID (", "), expecting ID in Hex");
    }

    static void get(Run run) {
        Values values = run.values();
        RangeRequest request = getRequest(run.arguments(), values);
        boolean countOnly = values.bool("count-only");
        String format = values.text("write-out");
        if (values.bool("keys-only") && countOnly) {
            throw CtlException.badArguments(
                    "`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        }
        if (countOnly && !format.equals("fields")) {
            throw CtlException.badArguments("--count-only is only for `--write-out=fields`");
        }
        if (values.bool("print-value-only")) {
            if (!format.equals("simple")) {
                throw CtlException.badArguments(
                        "print-value-only is only for `--write-out=simple`");
            }
            run.showValuesOnly();
        }
        Kv kv = run.client().kv();
        RangeResponse answer =
                values.bool("stream") ? Streamed.range(kv, request) : kv.range(request);
        run.printer().get(answer);
    }

    /** The request of a line. */
    static RangeRequest getRequest(List<String> arguments, Values values) {
        if (arguments.isEmpty()) {
            throw CtlException.badArguments(
                    "get command needs one argument as key and an optional argument as range_end");
        }
        boolean prefix = values.bool("prefix");
        boolean fromKey = values.bool("from-key");
        if (prefix && fromKey) {
            throw CtlException.badArguments(
                    "`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }
        RangeRequest.Builder request = RangeRequest.newBuilder();
        switch (values.text("consistency")) {
            case "s" -> request.setSerializable(true);
            case "l" -> {}
            case String other ->
                    throw new CtlException(
                            ExitCode.BAD_FEATURE, "unknown consistency flag " + Quote.go(other));
        }
        ByteString key = Run.octets(arguments.getFirst());
        if (arguments.size() > 1) {
            if (prefix || fromKey) {
                throw CtlException.badArguments(
                        "too many arguments, only accept one argument when `--prefix` or"
                                + " `--from-key` is set");
            }
            request.setRangeEnd(Run.octets(arguments.get(1)));
        }
        request.setLimit(values.integer("limit"));
        if (values.integer("rev") > 0) {
            request.setRevision(values.integer("rev"));
        }
        sort(request, values);
        if (prefix) {
            request.setRangeEnd(key.isEmpty() ? EVERYTHING : Prefix.end(key));
            key = key.isEmpty() ? EVERYTHING : key;
        }
        if (fromKey) {
            request.setRangeEnd(Prefix.FROM_KEY);
            key = key.isEmpty() ? EVERYTHING : key;
        }
        revisions(request, values);
        return request.setKey(key)
                .setKeysOnly(values.bool("keys-only"))
                .setCountOnly(values.bool("count-only"))
                .build();
    }

    private static void sort(RangeRequest.Builder request, Values values) {
        String order = values.text("order").toUpperCase(Locale.ROOT);
        boolean unordered = false;
        switch (order) {
            case "ASCEND" -> request.setSortOrder(RangeRequest.SortOrder.ASCEND);
            case "DESCEND" -> request.setSortOrder(RangeRequest.SortOrder.DESCEND);
            case "" -> unordered = true;
            default ->
                    throw new CtlException(
                            ExitCode.BAD_FEATURE, "bad sort order " + values.text("order"));
        }
        RangeRequest.SortTarget target =
                switch (values.text("sort-by").toUpperCase(Locale.ROOT)) {
                    case "CREATE" -> RangeRequest.SortTarget.CREATE;
                    case "KEY", "" -> RangeRequest.SortTarget.KEY;
                    case "MODIFY" -> RangeRequest.SortTarget.MOD;
                    case "VALUE" -> RangeRequest.SortTarget.VALUE;
                    case "VERSION" -> RangeRequest.SortTarget.VERSION;
                    default ->
                            throw new CtlException(
                                    ExitCode.BAD_FEATURE,
                                    "bad sort target " + values.text("sort-by"));
                };
        request.setSortTarget(target);
        if (target == RangeRequest.SortTarget.KEY
                && request.getSortOrder() == RangeRequest.SortOrder.ASCEND) {
            request.setSortOrder(RangeRequest.SortOrder.NONE); // the order of the index anyway
        } else if (unordered && target != RangeRequest.SortTarget.KEY) {
            request.setSortOrder(RangeRequest.SortOrder.NONE);
        }
    }

    private static void revisions(RangeRequest.Builder request, Values values) {
        long minCreate = values.integer("min-create-rev");
        long maxCreate = values.integer("max-create-rev");
        long minMod = values.integer("min-mod-rev");
        long maxMod = values.integer("max-mod-rev");
        if (maxCreate > 0 && minCreate > maxCreate) {
            throw new CtlException(
                    ExitCode.BAD_FEATURE,
                    "getMinCreateRev(=" + minCreate + ") > getMaxCreateRev(=" + maxCreate + ")");
        }
        if (maxMod > 0 && minMod > maxMod) {
            throw new CtlException(
                    ExitCode.BAD_FEATURE,
                    "getMinModRev(=" + minMod + ") > getMaxModRev(=" + maxMod + ")");
        }
        request.setMinCreateRevision(Math.max(0, minCreate))
                .setMaxCreateRevision(Math.max(0, maxCreate))
                .setMinModRevision(Math.max(0, minMod))
                .setMaxModRevision(Math.max(0, maxMod));
    }

    static void del(Run run) {
        DeleteRangeRequest request = delRequest(run, run.arguments(), run.values());
        DeleteRangeResponse answer = run.client().kv().delete(request);
        run.printer().del(answer);
    }

    /** The request of a line; a range that is not announced by {@code --range} comes after a pause for second thoughts. */
    static DeleteRangeRequest delRequest(Run run, List<String> arguments, Values values) {
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw CtlException.badArguments(
                    "del command needs one argument as key and an optional argument as range_end");
        }
        boolean prefix = values.bool("prefix");
        boolean fromKey = values.bool("from-key");
        if (prefix && fromKey) {
            throw CtlException.badArguments(
                    "`--prefix` and `--from-key` cannot be set at the same time, choose one");
        }
        ByteString key = Run.octets(arguments.getFirst());
        DeleteRangeRequest.Builder request = DeleteRangeRequest.newBuilder();
        if (arguments.size() > 1) {
            if (prefix || fromKey) {
                throw CtlException.badArguments(
                        "too many arguments, only accept one argument when `--prefix` or"
                                + " `--from-key` is set");
            }
            request.setRangeEnd(Run.octets(arguments.get(1)));
        }
        if (prefix) {
            request.setRangeEnd(key.isEmpty() ? EVERYTHING : Prefix.end(key));
            key = key.isEmpty() ? EVERYTHING : key;
        }
        if (fromKey) {
            request.setRangeEnd(Prefix.FROM_KEY);
            key = key.isEmpty() ? EVERYTHING : key;
        }
        if (arguments.size() > 1 && !values.bool("range")) {
            Warnings.beforeRange(run, arguments);
        }
        return request.setKey(key).setPrevKv(values.bool("prev-kv")).build();
    }
}
