package dev.quorate.server.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.quorate.raft.Entry;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads the frames that a {@link StreamEncoder} wrote, in pieces of any size. Used by one thread at a time. */
public final class StreamDecoder {
    /** etcd's limit for one message. */
    private static final long FRAME_BYTES_MAX = 512L << 20;

    /** An entry has at least this many bytes with its length. */
    private static final int ENTRY_BYTES_MIN = Long.BYTES;

    private static final int BUFFER_BYTES = 64 << 10;

    private final StreamKind kind;
    private final long from;
    private final long to;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private long term;
    private long index;

    /**
     * @param from whose stream it is
     * @param to who reads it
     */
    public StreamDecoder(StreamKind kind, long from, long to) {
        this.kind = kind;
        this.from = from;
        this.to = to;
    }

    /**
     * Takes the next piece and hands over the messages that are complete.
     *
     * @throws InvalidProtocolBufferException when the bytes are no frames; the stream is of no use any more
     */
    public void feed(byte[] piece, Consumer<Message> sink) throws InvalidProtocolBufferException {
        keep(piece);
        boolean more = true;
        while (more) {
            ByteBuffer in = ByteBuffer.wrap(buffer, start, end - start);
            more =
                    switch (kind) {
                        case MESSAGE -> message(in, sink);
                        case APPEND -> append(in, sink);
                    };
            if (more) {
                start = in.position();
            }
        }
        if (start == end) {
            start = 0;
            end = 0;
            if (buffer.length > BUFFER_BYTES) {
                buffer = new byte[BUFFER_BYTES];
            }
        }
    }

    private void keep(byte[] piece) {
        if (end + piece.length > buffer.length) {
            int held = end - start;
            byte[] target =
                    held + piece.length > buffer.length
                            ? new byte[Math.max(held + piece.length, 2 * buffer.length)]
                            : buffer;
            System.arraycopy(buffer, start, target, 0, held);
            buffer = target;
            start = 0;
            end = held;
        }
        System.arraycopy(piece, 0, buffer, end, piece.length);
        end += piece.length;
    }

    /** Returns whether there was a whole frame. */
    private boolean message(ByteBuffer in, Consumer<Message> sink)
            throws InvalidProtocolBufferException {
        int length = frame(in);
        if (length < 0) {
            return false;
        }
        Message message = MessageCodec.decode(buffer, in.position(), length);
        in.position(in.position() + length);
        if (message != null) {
            sink.accept(message);
        }
        return true;
    }

    private boolean append(ByteBuffer in, Consumer<Message> sink)
            throws InvalidProtocolBufferException {
        if (!in.hasRemaining()) {
            return false;
        }
        int type = in.get();
        return switch (type) {
            case StreamEncoder.SIGN_OF_LIFE -> true;
            case StreamEncoder.ENTRIES -> entries(in, sink);
            case StreamEncoder.WHOLE -> whole(in, sink);
            default ->
                    throw new InvalidProtocolBufferException(
                            "unhandled type of message in append stream: " + type);
        };
    }

    private boolean entries(ByteBuffer in, Consumer<Message> sink)
            throws InvalidProtocolBufferException {
        if (in.remaining() < Long.BYTES) {
            return false;
        }
        long count = in.getLong();
        if (count < 0 || count > FRAME_BYTES_MAX / ENTRY_BYTES_MIN) {
            throw new InvalidProtocolBufferException("append of " + count + " entries");
        }
        if (!hasAll(in.duplicate(), count)) {
            return false;
        }
        List<Entry> entries = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            int length = frame(in);
            entries.add(
                    MessageCodec.decode(
                            dev.quorate.proto.raftpb.Entry.parser()
                                    .parseFrom(
                                            UnsafeByteOperations.unsafeWrap(
                                                    buffer, in.position(), length))));
            in.position(in.position() + length);
        }
        long commit = in.getLong();
        try {
            sink.accept(new AppendEntries(from, to, term, index, term, entries, commit));
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException("append: " + e.getMessage());
        }
        index += count;
        return true;
    }

    /** Whether so many entries and the commit index behind them have arrived; nothing is decoded for it. */
    private static boolean hasAll(ByteBuffer in, long count) throws InvalidProtocolBufferException {
        for (long i = 0; i < count; i++) {
            int length = frame(in);
            if (length < 0) {
                return false;
            }
            in.position(in.position() + length);
        }
        return in.remaining() >= Long.BYTES;
    }

    private boolean whole(ByteBuffer in, Consumer<Message> sink)
            throws InvalidProtocolBufferException {
        int length = frame(in);
        if (length < 0) {
            return false;
        }
        Message message = MessageCodec.decode(buffer, in.position(), length);
        in.position(in.position() + length);
        if (!(message instanceof AppendEntries append)) {
            throw new InvalidProtocolBufferException("a message of another kind among appends");
        }
        term = append.term();
        index = append.lastIndex();
        sink.accept(append);
        return true;
    }

    /** Length of the frame that begins here if all of it is there, else -1. */
    private static int frame(ByteBuffer in) throws InvalidProtocolBufferException {
        if (in.remaining() < Long.BYTES) {
            return -1;
        }
        long length = in.getLong();
        if (length < 0 || length > FRAME_BYTES_MAX) {
            throw new InvalidProtocolBufferException(
                    "frame of " + Long.toUnsignedString(length) + " bytes");
        }
        return in.remaining() < length ? -1 : (int) length;
    }
}
