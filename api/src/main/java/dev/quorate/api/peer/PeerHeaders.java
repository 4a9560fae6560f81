package dev.quorate.api.peer;

import dev.quorate.server.peer.PeerSide;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What members tell of themselves in the headers of requests and answers. */
final class PeerHeaders {
    static final String CLUSTER_ID = "X-Etcd-Cluster-ID";
    static final String VERSION = "X-Server-Version";

    /** How far a member is that lists the members; not sent by etcd. */
    static final String APPLIED_INDEX = "X-Raft-Index";

    private static final String FROM = "X-Server-From";
    private static final String MIN_VERSION = "X-Min-Cluster-Version";
    private static final String URLS = "X-PeerURLs";
    private static final String TO = "X-Raft-To";
    private static final String OLDEST = "3.0.0";
    private static final int HEX = 16;

    private final PeerSide self;
    private final String version;

    PeerHeaders(PeerSide self, String version) {
        this.self = self;
        this.version = version;
    }

    String clusterId() {
        return Long.toHexString(self.clusterId());
    }

    String version() {
        return version;
    }

    /** Introduces this member. */
    void introduce(MultiMap headers) {
        headers.set(FROM, Long.toHexString(self.memberId()));
        headers.set(VERSION, version);
        headers.set(MIN_VERSION, OLDEST);
        headers.set(CLUSTER_ID, clusterId());
        headers.set(URLS, String.join(",", self.urls()));
    }

    /** The same, with whom the stream is for. */
    void introduce(MultiMap headers, long to) {
        introduce(headers);
        headers.set(TO, Long.toHexString(to));
    }

    /** Why the sender of the request and this member do not go together, or null. */
    @Nullable String incompatibility(HttpServerRequest request) {
        int theirs = number(request.getHeader(VERSION), 200);
        int theirOldest = number(request.getHeader(MIN_VERSION), 200);
        if (theirs < number(OLDEST, 0) || theirOldest > number(version, 0)) {
            return "incompatible version";
        }
        return clusterId().equals(request.getHeader(CLUSTER_ID)) ? null : "cluster ID mismatch";
    }

    /** Major and minor version as one comparable number. */
    static int number(@Nullable String version, int otherwise) {
        if (version == null) {
            return otherwise;
        }
        String[] parts = version.split("\\.", 3);
        try {
            return parts.length < 2
                    ? 0
                    : Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** An index; 0 when none is told. */
    static long index(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Who sent the request; 0 when that is not told. */
    static long from(HttpServerRequest request) {
        Long id = id(request.getHeader(FROM));
        return id == null ? 0 : id;
    }

    /** Whether the stream is meant for this member. */
    boolean isForThis(HttpServerRequest request) {
        return Long.toHexString(self.memberId()).equals(request.getHeader(TO));
    }

    static List<String> urls(HttpServerRequest request) {
        String urls = request.getHeader(URLS);
        List<String> list = new ArrayList<>();
        if (urls != null && !urls.isEmpty()) {
            list.addAll(List.of(urls.split(",", -1)));
        }
        return list;
    }

    /** An id as headers and paths show it, or null. */
    static @Nullable Long id(@Nullable String text) {
        try {
            return text == null ? null : Long.parseUnsignedLong(text, HEX);
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
