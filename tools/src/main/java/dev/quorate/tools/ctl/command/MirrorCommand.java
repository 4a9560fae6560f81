package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.ClientConfig;
import dev.quorate.client.Prefix;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.TlsSettings;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** {@code make-mirror}: copies keys to another cluster, then every change, revision by revision. */
final class MirrorCommand {
    private static final int PAGE_KEYS = 1000;
    private static final long REPORT_NANOS = 30_000_000_000L;

    private final Run run;
    private final Client source;
    private final Client target;
    private final ByteString prefix;
    private final int operationsMax;
    private final AtomicLong total = new AtomicLong();

    private MirrorCommand(Run run, Client source, Client target) {
        this.run = run;
        this.source = source;
        this.target = target;
        this.prefix = Run.octets(run.values().text("prefix"));
        this.operationsMax =
                (int) Math.clamp(run.values().integer("max-txn-ops"), 1, Integer.MAX_VALUE);
    }

    static void run(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("make-mirror takes one destination argument");
        }
        Values values = run.values();
        if (values.bool("no-dest-prefix") && !values.text("dest-prefix").isEmpty()) {
            throw CtlException.badArguments(
                    "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose"
                            + " one");
        }
        try (Client target = destination(run)) {
            new MirrorCommand(run, run.unlimitedClient(), target).mirror();
        }
    }

    private static Client destination(Run run) {
        Values values = run.values();
        ClientConfig.Builder config =
                ClientConfig.builder(List.of(run.arguments().getFirst()))
                        .dialTimeout(values.duration("dial-timeout"))
                        .keepalive(
                                values.duration("keepalive-time"),
                                values.duration("keepalive-timeout"))
                        .observer(new FailedAttempts(run));
        TlsSettings tls =
                Connect.tls(
                        values.text("dest-cacert"),
                        values.text("dest-cert"),
                        values.text("dest-key"),
                        false,
                        values.bool("dest-insecure-transport"));
        if (tls != null) {
            config.tls(tls);
        }
        String user = values.text("dest-user");
        String password = values.text("dest-password");
        int colon = user.indexOf(':');
        if (!user.isEmpty() && !password.isEmpty()) {
            config.user(user, password);
        } else if (colon >= 0) {
            config.user(user.substring(0, colon), user.substring(colon + 1));
        } else if (!user.isEmpty()) {
            config.user(user, Passwords.ask(run, "Destination Password: "));
        }
        try {
            return Client.connect(config.build());
        } catch (RpcException e) {
            throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(e));
        }
    }

    private void mirror() {
        Thread.ofPlatform().name("report").daemon(true).start(this::report);
        long from = run.values().integer("rev");
        if (from <= 0) {
            from = copyAll() + 1;
        }
        follow(from);
    }

    private void report() {
        while (true) {
            LockSupport.parkNanos(REPORT_NANOS);
            try {
                run.out().line(Long.toString(total.get())).flush();
            } catch (RuntimeException e) {
                Runtime.getRuntime().halt(ExitCode.ERROR); // nobody reads any more
            }
        }
    }

    /** Copies what there is, page by page at one revision, and returns that. */
    private long copyAll() {
        ByteString key = prefix.isEmpty() ? Prefix.FROM_KEY : prefix;
        ByteString end = prefix.isEmpty() ? Prefix.FROM_KEY : Prefix.end(prefix);
        long revision = 0;
        while (true) {
            RangeResponse page =
                    source.kv()
                            .range(
                                    RangeRequest.newBuilder()
                                            .setKey(key)
                                            .setRangeEnd(end)
                                            .setLimit(PAGE_KEYS)
                                            .setRevision(revision)
                                            .build());
            revision = revision == 0 ? page.getHeader().getRevision() : revision;
            for (KeyValue kv : page.getKvsList()) {
                target.kv().put(mapped(kv.getKey()), kv.getValue());
                total.incrementAndGet();
            }
            if (!page.getMore()) {
                return revision;
            }
            key = page.getKvs(page.getKvsCount() - 1).getKey().concat(Prefix.FROM_KEY);
        }
    }

    private void follow(long from) {
        try (Watch watch = source.watches().prefix(prefix, from)) {
            WatchResponse answer;
            while ((answer = watch.next()) != null) {
                if (answer.getCanceled()) {
                    throw new CtlException(
                            ExitCode.ERROR,
                            answer.getCompactRevision() != 0
                                    ? EtcdError.COMPACTED.text()
                                    : answer.getCancelReason());
                }
                apply(answer.getEventsList());
            }
        }
        throw new CtlException(ExitCode.ERROR, "watch is closed by the server");
    }

    /** What one revision changed goes into one transaction, as long as it fits. */
    private void apply(List<Event> events) {
        List<RequestOp> operations = new ArrayList<>();
        long revision = 0;
        for (Event event : events) {
            long next = event.getKv().getModRevision();
            if (next != revision || operations.size() == operationsMax) {
                commit(operations);
                revision = next;
            }
            operations.add(operation(event));
        }
        commit(operations);
    }

    private void commit(List<RequestOp> operations) {
        if (!operations.isEmpty()) {
            target.kv().txn(TxnRequest.newBuilder().addAllSuccess(operations).build());
            total.addAndGet(operations.size());
            operations.clear();
        }
    }

    private RequestOp operation(Event event) {
        ByteString key = mapped(event.getKv().getKey());
        return event.getType() == Event.EventType.DELETE
                ? RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
                        .build()
                : RequestOp.newBuilder()
                        .setRequestPut(
                                PutRequest.newBuilder()
                                        .setKey(key)
                                        .setValue(event.getKv().getValue()))
                        .build();
    }

    /** A key as the other cluster shall call it. */
    private ByteString mapped(ByteString key) {
        if (run.values().bool("no-dest-prefix")) {
            return key.substring(prefix.size());
        }
        String other = run.values().text("dest-prefix");
        return other.isEmpty() ? key : Run.octets(other).concat(key.substring(prefix.size()));
    }
}
