package dev.quorate.client.http2;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one HTTP/2 connection.
 *
 * <p>One thread calls {@link #run}, which reads until the connection ends. Any number of threads open streams and write to them. Three
 * things are guarded apart: the socket's output and the header encoder by a lock that may be held while writing blocks; windows and
 * counts by a monitor that is never held while anything blocks; and what the reader has to write goes through a queue that the next
 * writer empties, so that the reader never waits for a writer.
 */
public final class Http2Connection {
    /** What a peer may send on one stream before anything is read. */
    static final int STREAM_WINDOW_BYTES = 1 << 20;

    /** What a peer may send on all streams together; streams are what limits it. */
    private static final int CONNECTION_WINDOW_BYTES = 1 << 24;

    private static final int WINDOW_DEFAULT_BYTES = 65_535;
    private static final int HEADER_LIST_BYTES_MAX = 1 << 20;
    private static final int FRAME_BYTES_MAX = 1 << 14;
    private static final int INPUT_BYTES = 1 << 15;

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Wire wire;
    private final Pings pings;
    private final InputStream in;
    private final OutputStream socket;

    private final ReentrantLock writing = new ReentrantLock();
    private final Output out = new Output();
    private final HpackEncoder encoder = new HpackEncoder();
    private int nextStreamId = 1;

    private final ConcurrentLinkedQueue<byte[]> control = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();

    private final Object flow = new Object();
    private int sendWindow = WINDOW_DEFAULT_BYTES;
    private int initialWindow = WINDOW_DEFAULT_BYTES;
    private int peerFrameBytesMax = FRAME_BYTES_MAX;
    private int streamsMax = Integer.MAX_VALUE;
    private int active;
    private boolean draining;
    private @Nullable String closedBecause;

    private final AtomicReference<@Nullable Integer> tableLimit = new AtomicReference<>();

    private final HpackDecoder decoder = new HpackDecoder(HEADER_LIST_BYTES_MAX);
    private final byte[] input = new byte[INPUT_BYTES];
    private int inputAt;
    private int inputEnd;
    private int unannounced;
    private boolean greeted;

    /**
     * When to ask whether the peer is still there.
     *
     * @param idleMillis after how long without a word, while streams are open; 0 for never
     * @param timeoutMillis how long the answer may take
     */
    public record Pings(int idleMillis, int timeoutMillis) {}

    public Http2Connection(Wire wire, Pings pings) throws IOException {
        this.wire = wire;
        this.pings = pings;
        this.in = wire.input();
        this.socket = wire.output();
    }

    public Wire wire() {
        return wire;
    }

    /** Whether new streams may be opened. */
    public boolean isOpen() {
        synchronized (flow) {
            return !draining && closedBecause == null;
        }
    }

    /** Sends the preface and our settings. */
    public void greet() throws IOException {
        writing.lock();
        try {
            out.bytes(PREFACE, 0, PREFACE.length);
            frame(18, FrameType.SETTINGS, 0, 0);
            setting(FrameType.SETTING_ENABLE_PUSH, 0);
            setting(FrameType.SETTING_INITIAL_WINDOW, STREAM_WINDOW_BYTES);
            setting(FrameType.SETTING_HEADER_LIST, HEADER_LIST_BYTES_MAX);
            frame(4, FrameType.WINDOW_UPDATE, 0, 0);
            out.int32(CONNECTION_WINDOW_BYTES - WINDOW_DEFAULT_BYTES);
            out.drain(socket);
            socket.flush();
        } finally {
            writing.unlock();
        }
    }

    private void setting(int name, int value) {
        out.octet(name >>> 8);
        out.octet(name);
        out.int32(value);
    }

    /** Names the fields of a request. */
    public interface Fields {
        /** A field that is the same in most requests. */
        void repeated(String name, String value);

        /** A field of this request. */
        void single(String name, String value);

        /** A field that nobody may keep, such as a token. */
        void secret(String name, String value);
    }

    /** Writes the fields of a request in the order in which they shall be sent. */
    @FunctionalInterface
    public interface FieldSource {
        void write(Fields fields);
    }

    /**
     * Opens a stream with a POST request, and sends the first octets of its body in the same write.
     *
     * @param body null if nothing is to be sent yet
     * @param end whether the body is complete
     * @param deadlineNanos on the clock of {@link System#nanoTime}; bounds the wait for a free stream and for the peer's window
     * @return null if the connection takes no new streams, or time ran out before one was free: then nothing was sent
     * @throws IOException if the connection broke under the write; the listener was told as well
     */
    public @Nullable Http2Stream open(
            String authority,
            String path,
            FieldSource fields,
            byte @Nullable [] body,
            boolean end,
            StreamListener listener,
            long deadlineNanos)
            throws IOException, InterruptedException {
        if (!reserve(deadlineNanos)) {
            return null;
        }
        Http2Stream stream = new Http2Stream(this, listener);
        int sent = 0;
        writing.lock();
        try {
            int total = body == null ? 0 : body.length;
            synchronized (flow) {
                if (draining || closedBecause != null) {
                    active--;
                    return null;
                }
                stream.id = nextStreamId;
                stream.sendWindow = initialWindow;
                streams.put(stream.id, stream);
                sent = take(stream, total);
            }
            nextStreamId += 2;
            requestHeaders(stream.id, authority, path, fields, end && body == null);
            if (body != null) {
                data(stream.id, body, 0, sent, end && sent == total);
            }
            flush();
        } finally {
            writing.unlock();
        }
        afterWriting();
        if (body != null && sent < body.length) {
            send(stream, body, sent, end, deadlineNanos);
        }
        return stream;
    }

    /** Waits until the peer lets us open one more stream. */
    private boolean reserve(long deadlineNanos) throws InterruptedException {
        synchronized (flow) {
            while (!draining && closedBecause == null && active >= streamsMax) {
                if (!waitFor(flow, deadlineNanos)) {
                    return false;
                }
            }
            if (draining || closedBecause != null || nextStreamId < 0) {
                return false;
            }
            active++;
            return true;
        }
    }

    /** Waits for a notification; false if the deadline passed. */
    @SuppressWarnings("WaitNotInLoop") // callers look again
    private static boolean waitFor(Object monitor, long deadlineNanos) throws InterruptedException {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        monitor.wait(Math.max(1, left / 1_000_000));
        return true;
    }

    private void requestHeaders(
            int id, String authority, String path, FieldSource fields, boolean end) {
        Integer limit = tableLimit.getAndSet(null);
        if (limit != null) {
            encoder.limit(limit);
        }
        Output block = new Output();
        encoder.begin(block);
        encoder.indexed(block, StaticTable.METHOD_POST);
        encoder.indexed(
                block, wire.isSecure() ? StaticTable.SCHEME_HTTPS : StaticTable.SCHEME_HTTP);
        encoder.repeated(block, StaticTable.PATH, ":path", path);
        encoder.repeated(block, StaticTable.AUTHORITY, ":authority", authority);
        fields.write(new FieldWriter(encoder, block));
        byte[] octets = block.toBytes();
        int at = 0;
        do {
            int size = Math.min(octets.length - at, FRAME_BYTES_MAX);
            boolean last = at + size == octets.length;
            int flags =
                    (last ? FrameType.END_HEADERS : 0)
                            | (end && at == 0 ? FrameType.END_STREAM : 0);
            frame(size, at == 0 ? FrameType.HEADERS : FrameType.CONTINUATION, flags, id);
            out.bytes(octets, at, size);
            at += size;
        } while (at < octets.length);
    }

    private record FieldWriter(HpackEncoder encoder, Output block) implements Fields {
        @Override
        public void repeated(String name, String value) {
            int index =
                    switch (name) {
                        case "content-type" -> StaticTable.CONTENT_TYPE;
                        case "user-agent" -> StaticTable.USER_AGENT;
                        default -> 0;
                    };
            encoder.repeated(block, index, name, value);
        }

        @Override
        public void single(String name, String value) {
            encoder.single(block, name, value);
        }

        @Override
        public void secret(String name, String value) {
            encoder.secret(block, name, value);
        }
    }

    /** How many octets may be sent now; they are then taken from the windows. Call it under the flow monitor. */
    private int take(Http2Stream stream, int wanted) {
        int take = Math.max(0, Math.min(wanted, Math.min(sendWindow, stream.sendWindow)));
        sendWindow -= take;
        stream.sendWindow -= take;
        return take;
    }

    boolean send(Http2Stream stream, byte[] body, int from, boolean end, long deadlineNanos)
            throws IOException, InterruptedException {
        int at = from;
        do {
            int length;
            synchronized (flow) {
                length = take(stream, body.length - at);
                while (length == 0 && at < body.length) {
                    if (stream.finished || closedBecause != null || !waitFor(flow, deadlineNanos)) {
                        return false;
                    }
                    length = take(stream, body.length - at);
                }
                if (stream.finished || closedBecause != null) {
                    return false;
                }
            }
            writing.lock();
            try {
                data(stream.id, body, at, length, end && at + length == body.length);
                flush();
            } finally {
                writing.unlock();
            }
            afterWriting();
            at += length;
        } while (at < body.length);
        return true;
    }

    private void data(int id, byte[] body, int from, int length, boolean end) throws IOException {
        int at = from;
        int stop = from + length;
        do {
            int size = Math.min(stop - at, peerFrameBytesMax);
            boolean last = end && at + size == stop;
            if (size > 0 || last) {
                frame(size, FrameType.DATA, last ? FrameType.END_STREAM : 0, id);
                out.bytes(body, at, size);
                if (out.size() > INPUT_BYTES) {
                    out.drain(socket);
                }
            }
            at += size;
        } while (at < stop);
    }

    private void frame(int length, int type, int flags, int id) {
        out.int24(length);
        out.octet(type);
        out.octet(flags);
        out.int32(id);
    }

    private void flush() throws IOException {
        try {
            drainControl();
            out.drain(socket);
            socket.flush();
        } catch (IOException e) {
            close("error writing to server: " + e.getMessage());
            throw e;
        }
    }

    private void drainControl() {
        byte[] next;
        while ((next = control.poll()) != null) {
            out.bytes(next, 0, next.length);
        }
    }

    /** Writes what the reader queued while the lock was held. */
    private void afterWriting() {
        while (!control.isEmpty() && writing.tryLock()) {
            try {
                flush();
            } catch (IOException e) {
                return; // the connection is closed and everybody was told
            } finally {
                writing.unlock();
            }
        }
    }

    /** Sends a short frame without waiting for whoever writes. */
    private void control(int type, int flags, int id, int... words) {
        Output frame = new Output();
        frame.int24(words.length * 4);
        frame.octet(type);
        frame.octet(flags);
        frame.int32(id);
        for (int word : words) {
            frame.int32(word);
        }
        control.add(frame.toBytes());
        afterWriting();
    }

    void windowUpdate(int id, int octets) {
        control(FrameType.WINDOW_UPDATE, 0, id, octets);
    }

    void reset(Http2Stream stream, ErrorCode code) {
        if (finish(stream)) {
            control(FrameType.RST_STREAM, 0, stream.id, code.number());
        }
    }

    /** Takes a stream off the list; false if it was no longer there. */
    private boolean finish(Http2Stream stream) {
        if (!streams.remove(stream.id, stream)) {
            return false;
        }
        boolean drained;
        synchronized (flow) {
            stream.finished = true;
            active--;
            drained = draining && active == 0;
            flow.notifyAll();
        }
        if (drained) {
            close("the connection is drained");
        }
        return true;
    }

    /** Whether any stream is open. */
    public boolean isBusy() {
        return !streams.isEmpty();
    }

    /** Ends the connection; every open stream fails with the reason. May be called again. */
    public void close(String reason) {
        synchronized (flow) {
            if (closedBecause != null) {
                return;
            }
            closedBecause = reason;
            flow.notifyAll();
        }
        wire.close();
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            fail(stream, StreamListener.Kind.LOST, ErrorCode.NO_ERROR, reason);
        }
    }

    private void fail(Http2Stream stream, StreamListener.Kind kind, ErrorCode code, String text) {
        if (finish(stream)) {
            stream.listener().failed(new StreamListener.Failure(kind, code, text));
        }
    }

    /**
     * Reads until the connection ends and tells the streams what comes for them.
     *
     * @param greetingMillis how long the peer's settings may take
     * @param greeted run once, when they have arrived: then it speaks HTTP/2
     * @return why it ended
     */
    public String run(int greetingMillis, Runnable greeted) {
        String reason;
        try {
            wire.readTimeout(greetingMillis);
            while (true) {
                readFrame(greeted);
            }
        } catch (EndOfInput e) {
            reason = "EOF";
        } catch (Http2Exception e) {
            goAway(e.code());
            reason = String.valueOf(e.getMessage());
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        }
        close("error reading from server: " + reason);
        return reason;
    }

    /** The peer closed its side where a frame may begin, or anywhere else. */
    private static final class EndOfInput extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private void goAway(ErrorCode code) {
        control(FrameType.GOAWAY, 0, 0, 0, code.number());
    }

    private void readFrame(Runnable onGreeting) throws IOException {
        need(9);
        if (!greeted && isHttp1()) {
            throw new Http2Exception(
                    ErrorCode.FRAME_SIZE,
                    "http2: failed reading the frame payload: http2: frame too large, note that the"
                            + " frame header looked like an HTTP/1.1 header");
        }
        int length = int24(inputAt);
        int type = input[inputAt + 3] & 0xff;
        int flags = input[inputAt + 4] & 0xff;
        int id = int32(inputAt + 5) & 0x7fff_ffff;
        inputAt += 9;
        if (length > FRAME_BYTES_MAX) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE, "frame of " + length + " bytes");
        }
        need(length);
        int at = inputAt;
        inputAt += length;
        if (!greeted && type != FrameType.SETTINGS) {
            throw new Http2Exception(ErrorCode.PROTOCOL, "first frame is no SETTINGS");
        }
        switch (type) {
            case FrameType.DATA -> onData(at, length, flags, id);
            case FrameType.HEADERS -> onHeaders(at, length, flags, id);
            case FrameType.RST_STREAM -> onReset(at, length, id);
            case FrameType.SETTINGS -> onSettings(at, length, flags, onGreeting);
            case FrameType.PING -> onPing(at, length, flags);
            case FrameType.GOAWAY -> onGoAway(at, length);
            case FrameType.WINDOW_UPDATE -> onWindowUpdate(at, length, id);
            case FrameType.PUSH_PROMISE, FrameType.CONTINUATION ->
                    throw new Http2Exception(ErrorCode.PROTOCOL, "unexpected frame " + type);
            default -> {} // RFC 9113, section 4.1: unknown types are ignored
        }
    }

    /** Whether the peer answers in another protocol. The words about it are those of Go's library, which people search for. */
    private boolean isHttp1() {
        return new String(input, inputAt, 5, StandardCharsets.US_ASCII).equals("HTTP/");
    }

    private void onData(int at, int length, int flags, int id) throws Http2Exception {
        int offset = at;
        int size = length;
        if ((flags & FrameType.PADDED) != 0) {
            int pad = length == 0 ? 1 : (input[at] & 0xff) + 1;
            if (pad > length) {
                throw new Http2Exception(ErrorCode.PROTOCOL, "bad padding");
            }
            offset++;
            size -= pad;
        }
        unannounced += length;
        if (unannounced > CONNECTION_WINDOW_BYTES / 2) {
            windowUpdate(0, unannounced);
            unannounced = 0;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            return; // it was cancelled
        }
        boolean end = (flags & FrameType.END_STREAM) != 0;
        if (end) {
            finish(stream);
        }
        if (length > size && !end) {
            stream.consumed(length - size);
        }
        stream.listener().data(input, offset, size, end);
    }

    private void onHeaders(int at, int length, int flags, int id) throws IOException {
        int offset = at;
        int size = length;
        if ((flags & FrameType.PADDED) != 0) {
            size -= (length == 0 ? 0 : input[at] & 0xff) + 1;
            offset++;
        }
        if ((flags & FrameType.PRIORITY) != 0) {
            offset += 5;
            size -= 5;
        }
        if (size < 0) {
            throw new Http2Exception(ErrorCode.PROTOCOL, "bad padding");
        }
        List<Header> fields;
        if ((flags & FrameType.END_HEADERS) != 0) {
            fields = decoder.decode(input, offset, size);
        } else {
            byte[] block = continued(offset, size, id);
            fields = decoder.decode(block, 0, block.length);
        }
        Http2Stream stream = streams.get(id);
        if (stream == null || isInformational(fields)) {
            return;
        }
        boolean end = (flags & FrameType.END_STREAM) != 0;
        if (end) {
            finish(stream);
        }
        stream.listener().headers(fields, end);
    }

    private byte[] continued(int offset, int size, int id) throws IOException {
        Output block = new Output();
        block.bytes(input, offset, size);
        boolean last = false;
        while (!last) {
            need(9);
            int length = int24(inputAt);
            int type = input[inputAt + 3] & 0xff;
            int flags = input[inputAt + 4] & 0xff;
            int stream = int32(inputAt + 5) & 0x7fff_ffff;
            inputAt += 9;
            if (type != FrameType.CONTINUATION
                    || stream != id
                    || length > FRAME_BYTES_MAX
                    || block.size() + length > HEADER_LIST_BYTES_MAX) {
                throw new Http2Exception(ErrorCode.PROTOCOL, "bad continuation of headers");
            }
            need(length);
            block.bytes(input, inputAt, length);
            inputAt += length;
            last = (flags & FrameType.END_HEADERS) != 0;
        }
        return block.toBytes();
    }

    private static boolean isInformational(List<Header> fields) {
        return !fields.isEmpty()
                && fields.getFirst().name().equals(":status")
                && fields.getFirst().value().startsWith("1");
    }

    private void onReset(int at, int length, int id) throws Http2Exception {
        sized(length == 4);
        ErrorCode code = ErrorCode.of(int32(at));
        Http2Stream stream = streams.get(id);
        if (stream != null) {
            fail(
                    stream,
                    code == ErrorCode.REFUSED_STREAM
                            ? StreamListener.Kind.UNPROCESSED
                            : StreamListener.Kind.RESET,
                    code,
                    "stream terminated by RST_STREAM with error code: " + code.goName());
        }
    }

    private void onSettings(int at, int length, int flags, Runnable onGreeting)
            throws Http2Exception {
        if ((flags & FrameType.ACK) != 0) {
            return;
        }
        sized(length % 6 == 0);
        for (int i = at; i < at + length; i += 6) {
            apply(((input[i] & 0xff) << 8) | (input[i + 1] & 0xff), int32(i + 2));
        }
        control(FrameType.SETTINGS, FrameType.ACK, 0);
        if (!greeted) {
            greeted = true;
            try {
                wire.readTimeout(pings.idleMillis());
            } catch (IOException e) {
                throw new Http2Exception(ErrorCode.CONNECT, String.valueOf(e.getMessage()));
            }
            onGreeting.run();
        }
    }

    private void apply(int name, int value) throws Http2Exception {
        synchronized (flow) {
            switch (name) {
                case FrameType.SETTING_HEADER_TABLE ->
                        tableLimit.set(value < 0 ? Integer.MAX_VALUE : value);
                case FrameType.SETTING_MAX_STREAMS ->
                        streamsMax = value < 0 ? Integer.MAX_VALUE : value;
                case FrameType.SETTING_INITIAL_WINDOW -> {
                    if (value < 0) {
                        throw new Http2Exception(ErrorCode.FLOW_CONTROL, "window too large");
                    }
                    int more = value - initialWindow;
                    initialWindow = value;
                    streams.values().forEach(stream -> stream.sendWindow += more);
                }
                case FrameType.SETTING_FRAME_SIZE -> peerFrameBytesMax = Math.min(value, 1 << 20);
                default -> {}
            }
            flow.notifyAll();
        }
    }

    private void onPing(int at, int length, int flags) throws Http2Exception {
        sized(length == 8);
        if ((flags & FrameType.ACK) == 0) {
            control(FrameType.PING, FrameType.ACK, 0, int32(at), int32(at + 4));
        }
    }

    private void onGoAway(int at, int length) throws Http2Exception {
        sized(length >= 8);
        int last = int32(at) & 0x7fff_ffff;
        ErrorCode code = ErrorCode.of(int32(at + 4));
        String debug = new String(input, at + 8, length - 8, StandardCharsets.UTF_8);
        synchronized (flow) {
            draining = true;
            flow.notifyAll();
        }
        for (Http2Stream stream : new ArrayList<>(streams.values())) {
            if (stream.id > last) {
                fail(
                        stream,
                        StreamListener.Kind.UNPROCESSED,
                        code,
                        "the connection is draining" + (debug.isEmpty() ? "" : ": " + debug));
            }
        }
        if (streams.isEmpty()) {
            close("the connection is drained");
        }
    }

    private void onWindowUpdate(int at, int length, int id) throws Http2Exception {
        sized(length == 4);
        int more = int32(at) & 0x7fff_ffff;
        synchronized (flow) {
            if (id == 0) {
                sendWindow = widened(sendWindow, more);
            } else {
                Http2Stream stream = streams.get(id);
                if (stream != null) {
                    stream.sendWindow = widened(stream.sendWindow, more);
                }
            }
            flow.notifyAll();
        }
    }

    private static int widened(int window, int more) throws Http2Exception {
        long sum = (long) window + more;
        if (sum > Integer.MAX_VALUE) {
            throw new Http2Exception(ErrorCode.FLOW_CONTROL, "window too large");
        }
        return (int) sum;
    }

    private static void sized(boolean right) throws Http2Exception {
        if (!right) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE, "frame of a wrong size");
        }
    }

    /** Waits until that many octets lie in the buffer. Silence is the time to ask whether the peer is there. */
    private void need(int octets) throws IOException {
        if (inputEnd - inputAt >= octets) {
            return;
        }
        System.arraycopy(input, inputAt, input, 0, inputEnd - inputAt);
        inputEnd -= inputAt;
        inputAt = 0;
        boolean asked = false;
        while (inputEnd < octets) {
            try {
                int count = in.read(input, inputEnd, input.length - inputEnd);
                if (count < 0) {
                    throw new EndOfInput();
                }
                inputEnd += count;
                if (asked) {
                    wire.readTimeout(pings.idleMillis());
                    asked = false;
                }
            } catch (SocketTimeoutException e) {
                if (!greeted) {
                    throw new IOException("no server preface in time", e);
                }
                if (asked) {
                    throw new IOException("keepalive ping failed to receive ACK within timeout", e);
                }
                if (isBusy()) {
                    asked = true;
                    wire.readTimeout(pings.timeoutMillis());
                    control(FrameType.PING, 0, 0, 0, 0);
                }
            }
        }
    }

    private int int24(int at) {
        return ((input[at] & 0xff) << 16) | ((input[at + 1] & 0xff) << 8) | (input[at + 2] & 0xff);
    }

    private int int32(int at) {
        return (input[at] << 24) | int24(at + 1);
    }
}
