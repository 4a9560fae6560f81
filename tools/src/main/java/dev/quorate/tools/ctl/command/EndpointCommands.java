package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.log.GoDuration;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.ctl.print.EndpointHashKv;
import dev.quorate.tools.ctl.print.EndpointHealth;
import dev.quorate.tools.ctl.print.EndpointStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** {@code endpoint health|status|hashkv}, and the list of endpoints that other commands go through. */
final class EndpointCommands {
    private static final ByteString PROBE = ByteString.copyFromUtf8("health");

    private EndpointCommands() {}

    /** The endpoints of the flags, or with {@code --cluster} those that the members advertise. */
    static List<String> endpoints(Run run) {
        if (!run.values().bool("cluster")) {
            return run.client().endpoints();
        }
        List<Member> members;
        try {
            members =
                    run.client()
                            .cluster()
                            .list(MemberListRequest.newBuilder().setLinearizable(true).build())
                            .getMembersList();
        } catch (RpcException e) {
            throw new CtlException(
                    ExitCode.ERROR,
                    "failed to fetch endpoints from etcd cluster member list: " + Failures.text(e));
        }
        List<String> urls = new ArrayList<>();
        members.forEach(member -> urls.addAll(member.getClientURLsList()));
        return urls;
    }

    static void status(Run run) {
        List<String> endpoints = endpoints(run);
        List<EndpointStatus> answers = new ArrayList<>();
        boolean failed = false;
        for (String endpoint : endpoints) {
            try (Client one = run.client().at(List.of(endpoint))) {
                answers.add(
                        new EndpointStatus(
                                endpoint,
                                one.maintenance().status(StatusRequest.getDefaultInstance())));
            } catch (RpcException e) {
                failed = true;
                tell(run, "Failed to get the status of endpoint ", endpoint, e);
            }
        }
        run.printer().endpointStatus(answers);
        if (failed) {
            throw CtlException.quiet(ExitCode.ERROR);
        }
    }

    private static void tell(Run run, String what, String endpoint, RpcException failure) {
        run.out().flush();
        run.err().line(what + endpoint + " (" + Failures.text(failure) + ")").flush();
    }

    static void hashKv(Run run) {
        HashKVRequest request =
                HashKVRequest.newBuilder().setRevision(run.values().integer("rev")).build();
        List<EndpointHashKv> answers = new ArrayList<>();
        RpcException failure = null;
        for (String endpoint : endpoints(run)) {
            try (Client one = run.client().at(List.of(endpoint))) {
                answers.add(new EndpointHashKv(endpoint, one.maintenance().hashKv(request)));
            } catch (RpcException e) {
                failure = e;
                tell(run, "Failed to get the hash of endpoint ", endpoint, e);
            }
        }
        run.printer().endpointHashKv(answers);
        if (failure != null) {
            throw failure;
        }
    }

    static void health(Run run) {
        List<String> endpoints = endpoints(run);
        run.logAs("client");
        run.printer();
        List<CompletableFuture<EndpointHealth>> asked = each(endpoints, name -> health(run, name));
        List<EndpointHealth> answers = new ArrayList<>();
        boolean failed = false;
        for (CompletableFuture<EndpointHealth> one : asked) {
            EndpointHealth health = Waiting.on(one);
            answers.add(health);
            failed |= !health.error().isEmpty();
        }
        run.printer().endpointHealth(answers);
        if (failed) {
            throw new CtlException(ExitCode.ERROR, "unhealthy cluster");
        }
    }

    /** Asks all at once, so that one that does not answer costs its time only once. One alone is asked on this thread. */
    private static <T> List<CompletableFuture<T>> each(
            List<String> endpoints, Function<String, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (String endpoint : endpoints) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            answers.add(answer);
            Runnable ask =
                    () -> {
                        try {
                            answer.complete(question.apply(endpoint));
                        } catch (RuntimeException e) {
                            answer.completeExceptionally(e);
                        }
                    };
            if (endpoints.size() == 1) {
                ask.run();
            } else {
                Thread.ofPlatform().name("health " + endpoint).daemon(true).start(ask);
            }
        }
        return answers;
    }

    /** Reads a key through the quorum. That a user may not read it shows just as well that the member works. */
    private static EndpointHealth health(Run run, String endpoint) {
        long start = System.nanoTime();
        String error = "";
        try (Client one = run.client().at(List.of(endpoint))) {
            try {
                one.kv().get(PROBE);
            } catch (RpcException e) {
                if (!e.description().equals(EtcdError.PERMISSION_DENIED.text())) {
                    error = Failures.text(e);
                }
            }
            if (error.isEmpty()) {
                error = alarms(one);
            }
        }
        String took = GoDuration.format(Duration.ofNanos(System.nanoTime() - start));
        return new EndpointHealth(endpoint, error.isEmpty(), took, error);
    }

    private static String alarms(Client one) {
        List<AlarmMember> alarms;
        try {
            alarms = one.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsList();
        } catch (RpcException e) {
            return "Unable to fetch the alarm list";
        }
        if (alarms.isEmpty()) {
            return "";
        }
        StringBuilder active = new StringBuilder("Active Alarm(s): ");
        for (AlarmMember alarm : alarms) {
            active.append(alarm.getAlarm()).append(' ');
        }
        return active.toString();
    }
}
