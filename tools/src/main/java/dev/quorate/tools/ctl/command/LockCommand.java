package dev.quorate.tools.ctl.command;

import dev.quorate.client.Client;
import dev.quorate.client.recipe.Mutex;
import dev.quorate.client.recipe.RecipeException;
import dev.quorate.client.recipe.Session;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.command.ExitCode;
import java.util.List;
import java.util.Map;

/** {@code lock}: holds a lock until a signal comes, or while another program runs. */
final class LockCommand {
    private LockCommand() {}

    static void run(Run run) {
        if (run.arguments().isEmpty()) {
            throw CtlException.badArguments(
                    "lock takes a lock name argument and an optional command to execute");
        }
        Client client = run.unlimitedClient();
        Session session = Session.open(client, run.values().integer("ttl"));
        Release release = Release.onSignal(run, session);
        Mutex mutex = new Mutex(session, run.arguments().getFirst());
        try {
            release.whileWaiting(() -> mutex.lock(Deadline.never()));
        } catch (RecipeException e) {
            throw new CtlException(ExitCode.ERROR, String.valueOf(e.getMessage()));
        }
        List<String> command = run.arguments().subList(1, run.arguments().size());
        if (command.isEmpty()) {
            hold(run, session, mutex);
        } else {
            release.running();
            execute(session, mutex, command);
        }
    }

    private static void hold(Run run, Session session, Mutex mutex) {
        RangeResponse held = session.client().kv().get(mutex.key());
        if (held.getKvsCount() == 0) {
            throw new CtlException(ExitCode.ERROR, "lock lost on init");
        }
        run.printer().get(held);
        run.out().flush();
        Waiting.on(session.ended());
        throw new CtlException(ExitCode.ERROR, "session expired");
    }

    private static void execute(Session session, Mutex mutex, List<String> command) {
        int code =
                Child.run(
                        command,
                        Map.of(
                                "ETCD_LOCK_KEY",
                                mutex.key().toStringUtf8(),
                                "ETCD_LOCK_REV",
                                Long.toString(mutex.headerRevision())),
                        true);
        session.close();
        if (code != 0) {
            throw new CtlException(Child.exit(code), Child.status(code));
        }
    }
}
