package dev.quorate.verify.conform;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.quorate.proto.etcdserverpb.Rpc;
import dev.quorate.proto.health.HealthOuterClass;
import dev.quorate.proto.v3electionpb.V3Election;
import dev.quorate.proto.v3lockpb.V3Lock;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.InternalMetadata;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Plays {@link Calls} against one member over grpc-java and says in text what was answered. */
final class Caller implements AutoCloseable {

    private static final long LIMIT_SECONDS = 20;
    private static final int CREDIT = 1_000_000;
    private static final int SHOWN = 2_000;

    private static final Set<String> STREAMS =
            Set.of(
                    "Watch/Watch",
                    "Lease/LeaseKeepAlive",
                    "KV/RangeStream",
                    "Maintenance/Snapshot",
                    "Election/Observe",
                    "Health/Watch");

    /** Messages that are not called as their method is. */
    private static final Map<String, String> MESSAGES =
            Map.of(
                    "KV/Compact", "Compaction",
                    "KV/RangeStream", "RangeStream",
                    "Election/Observe", "Leader",
                    "Health/Check", "HealthCheck",
                    "Health/Watch", "HealthCheck",
                    "Auth/Authenticate", "Authenticate");

    /** What depends on the moment or on the engine. */
    private static final Pattern VARIES =
            Pattern.compile("(?m)^(dbSize|dbSizeInUse|hash|remaining_bytes): \\d+");

    private static final Pattern REMAINING = Pattern.compile("(?m)^TTL: [1-9]\\d*");
    private static final Pattern KEPT =
            Pattern.compile("(?m)^ *(?:ID: (-?\\d+)|token: \"(.*)\"|key: \"(.*)\")$");
    private static final Pattern VARIABLE = Pattern.compile("\\$([a-z]+)");

    private final String endpoint;
    private final ManagedChannel channel;
    private final Map<String, String> kept = new TreeMap<>();

    Caller(String endpoint) {
        this.endpoint = endpoint;
        channel =
                NettyChannelBuilder.forTarget(endpoint)
                        .usePlaintext()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build();
    }

    /** Makes one call with all that happens on it; every answer and the status, one after the other. */
    String play(Calls.Call call) throws InterruptedException {
        List<String> outcome = new ArrayList<>();
        Calls.Unary first = call.first();
        if (call.events().isEmpty()) {
            ask(first, outcome);
        } else {
            try (Stream stream = open(first)) {
                if (!first.text().isEmpty()) {
                    stream.send(first.text());
                }
                for (Calls.Event event : call.events()) {
                    happen(stream, event, outcome);
                }
            }
        }
        String text = String.join("\n", outcome);
        String keep = first.options().get("keep");
        if (keep != null) {
            keep(keep, text);
        }
        text = text.replace(endpoint, "CLIENT");
        for (Map.Entry<String, String> value : kept.entrySet()) {
            text = text.replace(value.getValue(), "$" + value.getKey());
        }
        return text;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void happen(Stream stream, Calls.Event event, List<String> outcome)
            throws InterruptedException {
        switch (event) {
            case Calls.Send send -> stream.send(send.text());
            case Calls.Await await -> outcome.addAll(stream.await(await.answers(), await.sorted()));
            case Calls.Meanwhile other -> ask(other.call(), outcome);
            case Calls.HalfClose _ -> stream.call.halfClose();
            case Calls.End _ -> outcome.addAll(stream.untilEnd());
        }
    }

    /** One request and everything that comes of it. */
    private void ask(Calls.Unary call, List<String> outcome) throws InterruptedException {
        try (Stream stream = open(call)) {
            stream.send(call.text());
            stream.call.halfClose();
            outcome.addAll(stream.untilEnd());
        }
    }

    private Stream open(Calls.Unary call) {
        return new Stream(call.method(), metadata(call.options()));
    }

    private Metadata metadata(Map<String, String> options) {
        Metadata metadata = new Metadata();
        String token = options.get("token");
        if (token != null) {
            put(metadata, "token", kept.getOrDefault(token, token));
        }
        String meta = options.get("meta");
        if (meta != null) {
            String[] parts = meta.split(":", 2);
            put(metadata, parts[0], inserted(parts[1]));
        }
        return metadata;
    }

    private static void put(Metadata metadata, String name, String value) {
        byte[] raw =
                URLDecoder.decode(value, StandardCharsets.ISO_8859_1)
                        .getBytes(StandardCharsets.ISO_8859_1);
        metadata.put(InternalMetadata.keyOf(name, new Raw()), raw);
    }

    private void keep(String name, String answer) {
        Matcher matcher = KEPT.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("nothing to keep in: " + answer);
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            String value = matcher.group(group);
            if (value != null) {
                kept.put(name, value);
            }
        }
    }

    private String inserted(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(kept.getOrDefault(found.group(1), found.group())));
    }

    /** One call in progress. */
    private final class Stream implements AutoCloseable {
        final ClientCall<DynamicMessage, DynamicMessage> call;
        private final String name;
        private final Descriptor request;
        private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

        Stream(String name, Metadata metadata) {
            this.name = name;
            this.request = message(name, "Request");
            this.call = channel.newCall(method(name), CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(DynamicMessage message) {
                            arrived.add(message);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            arrived.add(status);
                        }
                    },
                    metadata);
            call.request(CREDIT);
        }

        void send(String text) {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(request);
            try {
                TextFormat.merge(inserted(text), message);
            } catch (TextFormat.ParseException e) {
                throw new IllegalArgumentException(text, e);
            }
            call.sendMessage(message.build());
        }

        List<String> await(int answers, boolean sorted) throws InterruptedException {
            List<String> said = new ArrayList<>();
            while (said.size() < answers) {
                Object next = next();
                said.add(shown(next));
                if (!(next instanceof DynamicMessage)) {
                    break;
                }
            }
            if (sorted) {
                Collections.sort(said);
            }
            return said;
        }

        List<String> untilEnd() throws InterruptedException {
            List<String> said = new ArrayList<>();
            Object next;
            do {
                next = next();
                said.add(shown(next));
            } while (next instanceof DynamicMessage);
            return said;
        }

        private @Nullable Object next() throws InterruptedException {
            return arrived.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        }

        private String shown(@Nullable Object arrival) {
            return switch (arrival) {
                case null -> "nothing within " + LIMIT_SECONDS + " s";
                case Status status ->
                        status.getCode()
                                + (status.getDescription() == null
                                        ? ": "
                                        : ": " + status.getDescription());
                default -> text((DynamicMessage) arrival);
            };
        }

        private String text(DynamicMessage answer) {
            String text = TextFormat.printer().printToString(answer);
            String same = VARIES.matcher(text).replaceAll("$1: N");
            if (name.equals("Lease/LeaseTimeToLive")) {
                same = REMAINING.matcher(same).replaceAll("TTL: N");
            }
            return same.length() <= SHOWN
                    ? same
                    : same.substring(0, SHOWN)
                            + "... %d characters, %x".formatted(same.length(), same.hashCode());
        }

        @Override
        public void close() {
            call.cancel("done", null);
        }
    }

    private static MethodDescriptor<DynamicMessage, DynamicMessage> method(String name) {
        return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(
                        STREAMS.contains(name)
                                ? MethodDescriptor.MethodType.BIDI_STREAMING
                                : MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(fullName(name))
                .setRequestMarshaller(new Bytes(message(name, "Request")))
                .setResponseMarshaller(new Bytes(message(name, "Response")))
                .build();
    }

    private static FileDescriptor file(String method) {
        return switch (method.substring(0, method.indexOf('/'))) {
            case "Lock" -> V3Lock.getDescriptor();
            case "Election" -> V3Election.getDescriptor();
            case "Health" -> HealthOuterClass.getDescriptor();
            default -> Rpc.getDescriptor();
        };
    }

    private static String fullName(String method) {
        return method.startsWith("?")
                ? method.substring(1)
                : file(method).getPackage() + "." + method;
    }

    private static Descriptor message(String method, String kind) {
        if (method.startsWith("?")) {
            return Rpc.getDescriptor().findMessageTypeByName("SnapshotRequest");
        }
        String[] parts = method.split("/");
        String stem = MESSAGES.getOrDefault(method, parts[1]);
        if (parts[0].equals("Auth") && !stem.startsWith("Auth")) {
            stem = "Auth" + stem;
        }
        if (method.equals("KV/RangeStream") && kind.equals("Request")) {
            stem = "Range";
        }
        Descriptor found = file(method).findMessageTypeByName(stem + kind);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no message %s for %s".formatted(stem + kind, method.toLowerCase(Locale.ROOT)));
        }
        return found;
    }

    private record Bytes(Descriptor descriptor)
            implements MethodDescriptor.Marshaller<DynamicMessage> {
        @Override
        public InputStream stream(DynamicMessage message) {
            return message.toByteString().newInput();
        }

        @Override
        public DynamicMessage parse(InputStream stream) {
            try {
                return DynamicMessage.parseFrom(descriptor, ByteString.readFrom(stream));
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Metadata that need not be ASCII. */
    private static final class Raw implements InternalMetadata.TrustedAsciiMarshaller<byte[]> {
        @Override
        public byte[] toAsciiString(byte[] value) {
            return value;
        }

        @Override
        public byte[] parseAsciiString(byte[] serialized) {
            return serialized;
        }
    }
}
