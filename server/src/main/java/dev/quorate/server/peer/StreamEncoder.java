package dev.quorate.server.peer;

import com.google.protobuf.MessageLite;
import dev.quorate.raft.Entry;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes the frames of one stream; see {@link StreamDecoder} for the other end.
 *
 * <pre>
 *   message stream:  8 bytes length · message
 *   append stream:   0                                                          sign of life
 *                    1 · 8 bytes count · count × (8 bytes length · entry) · 8 bytes commit
 *                    2 · 8 bytes length · message
 * </pre>
 *
 * The short form of an append says what follows from the one before: sender, term and the position. Used by one thread at a time.
 */
public final class StreamEncoder {
    static final int SIGN_OF_LIFE = 0;
    static final int ENTRIES = 1;
    static final int WHOLE = 2;

    private final StreamKind kind;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    // Where the short form continues.
    private long term;
    private long index;

    public StreamEncoder(StreamKind kind) {
        this.kind = kind;
    }

    /** Adds a message to what {@link #take} gives. */
    public void add(Message message) {
        try {
            switch (kind) {
                case MESSAGE -> frame(MessageCodec.encode(message));
                case APPEND -> append((AppendEntries) message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a frame that only shows that this end lives. */
    public void addSignOfLife() {
        try {
            switch (kind) {
                case MESSAGE ->
                        frame(
                                dev.quorate.proto.raftpb.Message.newBuilder()
                                        .setType(dev.quorate.proto.raftpb.MessageType.MsgHeartbeat)
                                        .build());
                case APPEND -> out.writeByte(SIGN_OF_LIFE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that {@link #take} would give. */
    public int size() {
        return bytes.size();
    }

    /** The frames added since the last time. */
    public byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    private void append(AppendEntries append) throws IOException {
        if (append.prevIndex() == index
                && append.prevTerm() == term
                && append.term() == append.prevTerm()) {
            out.writeByte(ENTRIES);
            out.writeLong(append.entries().size());
            for (Entry entry : append.entries()) {
                frame(MessageCodec.encode(entry));
            }
            out.writeLong(append.commit());
            index += append.entries().size();
            return;
        }
        out.writeByte(WHOLE);
        frame(MessageCodec.encode(append));
        term = append.term();
        index = append.lastIndex();
    }

    private void frame(MessageLite message) throws IOException {
        out.writeLong(message.getSerializedSize());
        message.writeTo(out);
    }
}
