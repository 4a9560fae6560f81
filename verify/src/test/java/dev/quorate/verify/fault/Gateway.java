package dev.quorate.verify.fault;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the JSON gateway, with nothing but the JDK. Safe for several threads. */
final class Gateway implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");
    private static final Pattern KEY_VALUE =
            Pattern.compile(
                    "\\{\"key\":\"([^\"]*)\",\"create_revision\":\"(\\d+)\",\"mod_revision\":\"(\\d+)\","
                            + "\"version\":\"(\\d+)\"(?:,\"value\":\"([^\"]*)\")?[^}]*\\}");

    /** A refusal by the member, as opposed to a broken connection. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(int status, String body) {
            super(status + " " + body);
        }
    }

    /** One key as a range returned it. */
    record Found(String key, long createRevision, long modRevision, String value) {}

    /** The answer to a range: the member's revision and the keys. */
    record Answer(long revision, List<Found> found) {}

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final String base;

    Gateway(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /** Sets one key and returns the revision of that. */
    long put(String key, String value) throws IOException, InterruptedException, RefusedException {
        return revision(
                post(
                        "/v3/kv/put",
                        "{\"key\":\"" + coded(key) + "\",\"value\":\"" + coded(value) + "\"}"));
    }

    /** Sets all keys in one transaction and returns its revision. */
    long putAll(Map<String, String> values)
            throws IOException, InterruptedException, RefusedException {
        StringBuilder body = new StringBuilder("{\"success\":[");
        String separator = "";
        for (Map.Entry<String, String> value : values.entrySet()) {
            body.append(separator)
                    .append("{\"requestPut\":{\"key\":\"")
                    .append(coded(value.getKey()))
                    .append("\",\"value\":\"")
                    .append(coded(value.getValue()))
                    .append("\"}}");
            separator = ",";
        }
        return revision(post("/v3/kv/txn", body.append("]}").toString()));
    }

    /** All keys from one to before another. */
    Answer range(String from, String end)
            throws IOException, InterruptedException, RefusedException {
        String body =
                post(
                        "/v3/kv/range",
                        "{\"key\":\"" + coded(from) + "\",\"range_end\":\"" + coded(end) + "\"}");
        List<Found> found = new ArrayList<>();
        Matcher matcher = KEY_VALUE.matcher(body);
        while (matcher.find()) {
            String value = matcher.group(5);
            found.add(
                    new Found(
                            decoded(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            value == null ? "" : decoded(value)));
        }
        return new Answer(revision(body), found);
    }

    /** Forgets what was superseded before a revision. */
    void compact(long revision) throws IOException, InterruptedException, RefusedException {
        post("/v3/kv/compaction", "{\"revision\":\"" + revision + "\"}");
    }

    /** The body of an answer with status 200. */
    String post(String path, String body)
            throws IOException, InterruptedException, RefusedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(LIMIT)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new RefusedException(response.statusCode(), response.body());
        }
        return response.body();
    }

    private static long revision(String body) throws IOException {
        Matcher matcher = REVISION.matcher(body);
        if (!matcher.find()) {
            throw new IOException("no revision in " + body);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String coded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
