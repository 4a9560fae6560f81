package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Prefix;
import dev.quorate.client.Watch;
import dev.quorate.client.WatchGroup;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.command.LineException;
import dev.quorate.tools.command.Values;
import dev.quorate.tools.ctl.print.UnsupportedFormatException;
import dev.quorate.tools.flag.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code watch}: one watch from the command line, or many from lines on standard input. */
final class WatchCommand {
    private static final long OWN_END_MILLIS = 300;
    private static final String BAD_NUMBER = "bad number of arguments";

    private final Run run;

    private WatchCommand(Run run) {
        this.run = run;
    }

    static void run(Run run) {
        WatchCommand command = new WatchCommand(run);
        if (run.values().bool("interactive")) {
            command.interactive();
        } else {
            command.single();
        }
    }

    /** What to watch, and what to run for each event. */
    private record Order(WatchCreateRequest request, List<String> command) {}

    private void single() {
        Order order;
        try {
            order = order(run.line());
        } catch (IllegalArgumentException e) {
            throw CtlException.badArguments(String.valueOf(e.getMessage()));
        }
        try (Watch watch = run.client().watches().open(order.request())) {
            follow(watch, order.command());
        }
        throw new CtlException(ExitCode.INTERRUPTED, "watch is canceled by the server");
    }

    /**
     * Reads words.
     *
     * @throws CtlException where the words do not go together, which ends the program even if they were read from a line of standard input
     * @throws IllegalArgumentException with what is wrong with the flags
     */
    private Order order(Line line) {
        Values values = line.values();
        List<String> keys = new ArrayList<>(line.arguments());
        List<String> command = List.of();
        if (line.dash() >= 0) {
            if (line.dash() == keys.size()) {
                throw CtlException.badArguments(
                        BAD_NUMBER + " (found separator --, but no commands)");
            }
            command = List.copyOf(keys.subList(line.dash(), keys.size()));
            keys = new ArrayList<>(keys.subList(0, line.dash()));
        }
        addFromEnvironment(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(BAD_NUMBER);
        }
        boolean prefix = values.bool("prefix");
        ByteString start = Run.octets(keys.getFirst());
        WatchCreateRequest.Builder request = WatchCreateRequest.newBuilder();
        if (keys.size() == 2) {
            if (prefix) {
                throw new IllegalArgumentException(
                        "`range_end` and `--prefix` are mutually exclusive");
            }
            request.setRangeEnd(Run.octets(keys.get(1)));
        }
        if (prefix) {
            request.setRangeEnd(start.isEmpty() ? Prefix.FROM_KEY : Prefix.end(start));
            start = start.isEmpty() ? Prefix.FROM_KEY : start;
        }
        request.setKey(start)
                .setStartRevision(values.integer("rev"))
                .setPrevKv(values.bool("prev-kv"))
                .setProgressNotify(values.bool("progress-notify"));
        return new Order(request.build(), command);
    }

    private void addFromEnvironment(List<String> keys) {
        String key = run.environment().getOrDefault("ETCDCTL_WATCH_KEY", "");
        String end = run.environment().getOrDefault("ETCDCTL_WATCH_RANGE_END", "");
        if (key.isEmpty()) {
            if (!end.isEmpty()) {
                throw CtlException.badArguments(
                        "ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END="
                                + Quote.go(end));
            }
            return;
        }
        if (!keys.isEmpty()) {
            throw CtlException.badArguments(BAD_NUMBER + " (found conflicting environment key)");
        }
        keys.add(key);
        if (!end.isEmpty()) {
            keys.add(end);
        }
    }

    private void interactive() {
        WatchGroup group = run.client().watches().group();
        while (true) {
            String line = Passwords.readLine(run.in());
            if (line == null) {
                throw new CtlException(
                        ExitCode.INVALID_INPUT, "error reading watch request line: EOF");
            }
            List<String> words = Words.of(line);
            switch (words.isEmpty() ? "" : words.getFirst()) {
                case "watch" -> watch(group, line, words.subList(1, words.size()));
                case "progress" -> group.requestProgress();
                case "" -> complain(line, "watch and progress supported");
                default -> complain(line, "only support watch");
            }
        }
    }

    private void complain(String line, String why) {
        String text = line.strip();
        run.err()
                .line("Invalid command" + (text.isEmpty() ? ": " : " " + text) + " (" + why + ")")
                .flush();
    }

    private void watch(WatchGroup group, String line, List<String> words) {
        if (words.isEmpty() && !run.environment().containsKey("ETCDCTL_WATCH_KEY")) {
            complain(line, "command type or key is not provided");
            return;
        }
        Order order;
        try {
            order = order(CommandLine.readOptions(run.line().command(), words));
        } catch (LineException e) {
            throw CtlException.badArguments(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            complain(line, String.valueOf(e.getMessage()));
            return;
        }
        Watch watch = group.open(order.request());
        Thread.ofPlatform()
                .name("watch")
                .daemon(true)
                .start(() -> {
                    try {
                        follow(watch, order.command());
                    } catch (UnsupportedFormatException e) {
                        run.err().line("Error: " + e.getMessage()).flush();
                        Runtime.getRuntime().halt(ExitCode.BAD_FEATURE);
                    } catch (RuntimeException e) {
                        Runtime.getRuntime().halt(ExitCode.ERROR); // nobody reads any more
                    }
                });
    }

    private void follow(Watch watch, List<String> command) {
        WatchResponse answer;
        try {
            while ((answer = watch.next()) != null) {
                show(answer);
                for (Event event : command.isEmpty() ? List.<Event>of() : answer.getEventsList()) {
                    execute(command, answer, event);
                }
            }
        } catch (RpcException e) {
            if (e.code() == Code.CANCELLED) {
                return; // the program ends
            }
            show(WatchResponse.newBuilder().setCanceled(true).build(), e);
        }
    }

    private void show(WatchResponse answer) {
        show(answer, null);
    }

    /** One answer at a time: several watches may have something to say. */
    private void show(WatchResponse answer, @Nullable RpcException failure) {
        synchronized (run) {
            if (answer.getCanceled()) {
                run.out().flush();
                run.err().line("watch was canceled (" + reason(answer, failure) + ")").flush();
            } else if (answer.getEventsCount() == 0) {
                run.out().line("progress notify: " + answer.getHeader().getRevision());
            }
            run.printer().watch(answer);
            run.out().flush();
        }
    }

    private static String reason(WatchResponse answer, @Nullable RpcException failure) {
        if (failure != null) {
            return Failures.text(failure);
        }
        if (answer.getCompactRevision() != 0) {
            return EtcdError.COMPACTED.text();
        }
        return answer.getCancelReason().isEmpty()
                ? EtcdError.FUTURE_REV.text()
                : answer.getCancelReason();
    }

    private void execute(List<String> command, WatchResponse answer, Event event) {
        String failure =
                Child.problem(
                        command,
                        Map.of(
                                "ETCD_WATCH_REVISION",
                                Long.toString(answer.getHeader().getRevision()),
                                "ETCD_WATCH_EVENT_TYPE",
                                Quote.go(event.getType().name()),
                                "ETCD_WATCH_KEY",
                                Quote.go(event.getKv().getKey().toByteArray()),
                                "ETCD_WATCH_VALUE",
                                Quote.go(event.getKv().getValue().toByteArray())));
        if (failure != null) {
            awaitOwnEnd(failure);
            List<String> quoted = command.stream().map(Quote::go).toList();
            run.err()
                    .line("command [" + String.join(" ", quoted) + "] error (" + failure + ")")
                    .flush();
            throw CtlException.quiet(ExitCode.ERROR);
        }
    }

    /** A Ctrl-C reaches both programs; this one ends by it, a moment later than the other, and then has nothing to say. */
    private static void awaitOwnEnd(String failure) {
        if (failure.equals(Child.INTERRUPTED)) {
            try {
                Thread.currentThread().join(OWN_END_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
