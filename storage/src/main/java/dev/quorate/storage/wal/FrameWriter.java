package dev.quorate.storage.wal;

import dev.quorate.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns records into frames at the end of one segment: one buffer, one write per batch.
 *
 * <p>Blocks are filled with zeros a step ahead of the records, so that most syncs find size and
 * blocks settled and move data only. One thread at a time.
 */
final class FrameWriter {

    /** A batch up to this size goes out in one write. */
    static final int BUFFER_BYTES = 1 << 20;

    /** Frame length (8), type (2), crc (up to 6), data length (up to 6). */
    private static final int HEAD_BYTES_MAX = 24;

    /** Type (2), term (11), index (11), data length (6). */
    private static final int MESSAGE_HEAD_BYTES_MAX = 40;

    private static final byte[] NO_BYTES = new byte[0];

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] scratch = new byte[MESSAGE_HEAD_BYTES_MAX];
    private final int fillStepBytes;
    private int scratchLength;

    private DiskFile file;
    private long fileOffset;
    private long filledTo;
    private long fillLimit;
    private Crc32c crc;

    /**
     * Continues a file.
     *
     * @param file the last segment
     * @param offset where its next frame goes
     * @param filledTo up to where its blocks are known to be allocated
     * @param fillLimit up to where blocks are to be filled ahead
     * @param crcValue the running checksum
     * @param fillStepBytes how far ahead blocks are filled; 0 for not at all
     */
    FrameWriter(
            DiskFile file,
            long offset,
            long filledTo,
            long fillLimit,
            int crcValue,
            int fillStepBytes) {
        this.file = file;
        this.fileOffset = offset;
        this.filledTo = filledTo;
        this.fillLimit = fillLimit;
        this.crc = Crc32c.continuing(crcValue);
        this.fillStepBytes = fillStepBytes;
    }

    /** Goes on in another, empty file; the checksum runs on. */
    void switchTo(DiskFile next, long nextFilledTo) {
        if (buffer.position() != 0) {
            throw new IllegalStateException("frames for the previous segment are unwritten");
        }
        file = next;
        fileOffset = 0;
        filledTo = nextFilledTo;
    }

    DiskFile file() {
        return file;
    }

    /** Where the next frame starts. */
    long offset() {
        return fileOffset + buffer.position();
    }

    int crcValue() {
        return crc.value();
    }

    void crc() throws IOException {
        frame(RecordType.CRC, 0, NO_BYTES, false);
    }

    void metadata(byte[] metadata) throws IOException {
        frame(RecordType.METADATA, 0, metadata, true);
    }

    void entry(WalEntry entry) throws IOException {
        // Zeros are written out, as etcd up to 3.6 does: every version reads that.
        scratchLength = 0;
        scratchField(1, entry.type());
        scratchField(2, entry.term());
        scratchField(3, entry.index());
        if (entry.data().length > 0) {
            scratch[scratchLength++] = 4 << 3 | ProtoFields.WIRE_BYTES;
            scratchVarint(entry.data().length);
        }
        frame(RecordType.ENTRY, scratchLength, entry.data(), true);
    }

    void state(WalHardState state) throws IOException {
        scratchLength = 0;
        scratchField(1, state.term());
        scratchField(2, state.vote());
        scratchField(3, state.commit());
        frame(RecordType.STATE, scratchLength, NO_BYTES, true);
    }

    void snapshot(WalSnapshot snapshot) throws IOException {
        scratchLength = 0;
        scratchField(1, snapshot.index());
        scratchField(2, snapshot.term());
        byte[] confState = NO_BYTES;
        if (snapshot.confState() != null) {
            confState = snapshot.confState().toByteArray();
            scratch[scratchLength++] = 3 << 3 | ProtoFields.WIRE_BYTES;
            scratchVarint(confState.length);
        }
        frame(RecordType.SNAPSHOT, scratchLength, confState, true);
    }

    private void scratchField(int field, long value) {
        scratch[scratchLength++] = (byte) (field << 3 | ProtoFields.WIRE_VARINT);
        scratchVarint(value);
    }

    private void scratchVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            scratch[scratchLength++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        scratch[scratchLength++] = (byte) rest;
    }

    /** One frame whose data is the scratch bytes followed by the tail. */
    private void frame(int type, int headLength, byte[] tail, boolean hasData) throws IOException {
        crc.update(scratch, 0, headLength);
        crc.update(tail, 0, tail.length);
        int crcValue = crc.value();
        int dataLength = Math.addExact(headLength, tail.length);
        int recordLength = 2 + 1 + varintLength(crcValue);
        if (hasData) {
            recordLength = Math.addExact(recordLength + 1 + varintLength(dataLength), dataLength);
        }
        int padding = -recordLength & 7;
        ensure(HEAD_BYTES_MAX);
        buffer.putLong(padding == 0 ? recordLength : (0x80L | padding) << 56 | recordLength);
        buffer.put((byte) (1 << 3)).put((byte) type).put((byte) (2 << 3));
        putVarint(crcValue);
        if (hasData) {
            buffer.put((byte) (3 << 3 | ProtoFields.WIRE_BYTES));
            putVarint(dataLength);
        }
        put(scratch, headLength);
        put(tail, tail.length);
        ensure(padding);
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
    }

    private static int varintLength(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void putVarint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    private void ensure(int length) throws IOException {
        if (buffer.remaining() < length) {
            flush();
        }
    }

    private void put(byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(buffer.remaining(), length - done);
            buffer.put(bytes, done, part);
            done += part;
        }
    }

    /** Hands the buffered frames to the file, not yet to the disk. */
    void flush() throws IOException {
        if (buffer.position() == 0) {
            return;
        }
        buffer.flip();
        long end = fileOffset + buffer.limit();
        if (fillStepBytes > 0 && end > filledTo && filledTo < fillLimit) {
            long target = Math.min(fillLimit, end + fillStepBytes);
            file.fillZeros(Math.max(filledTo, end), target);
            filledTo = target;
        }
        file.writeAt(buffer, fileOffset);
        fileOffset = end;
        buffer.clear();
    }
}
