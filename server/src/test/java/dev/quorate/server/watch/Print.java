package dev.quorate.server.watch;

import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;

/** Responses in a form in which tests can show them. */
final class Print {
    private Print() {}

    /** For example {@code #0 rev=3 PUT a=1 (2/3/2) prev a=0 (2/2/1)}; the numbers are create, mod, version. */
    static String response(WatchResponse r) {
        var out = new StringBuilder("#" + r.getWatchId() + " rev=" + r.getHeader().getRevision());
        if (r.getCreated()) {
            out.append(" created");
        }
        if (r.getCanceled()) {
            out.append(" canceled");
        }
        if (r.getCompactRevision() != 0) {
            out.append(" compact=").append(r.getCompactRevision());
        }
        if (!r.getCancelReason().isEmpty()) {
            out.append(" reason='").append(r.getCancelReason()).append("'");
        }
        if (r.getFragment()) {
            out.append(" fragment");
        }
        for (var event : r.getEventsList()) {
            out.append(' ').append(event(event));
        }
        return out.toString();
    }

    private static String event(Event event) {
        var text = event.getType() + " " + pair(event.getKv());
        return event.hasPrevKv() ? text + " prev " + pair(event.getPrevKv()) : text;
    }

    private static String pair(KeyValue kv) {
        return kv.getKey().toStringUtf8()
                + "="
                + kv.getValue().toStringUtf8()
                + " ("
                + kv.getCreateRevision()
                + "/"
                + kv.getModRevision()
                + "/"
                + kv.getVersion()
                + ")";
    }
}
