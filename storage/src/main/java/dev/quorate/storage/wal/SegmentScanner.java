package dev.quorate.storage.wal;

import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import dev.quorate.storage.wal.ProtoFields.MalformedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of consecutive segments and verifies frames, checksums and heads.
 *
 * <p>A cursor: {@link #next} moves it and fills the fields. It stops at the end of the last
 * segment; then {@link #torn} tells whether that end is a record cut off by a crash.
 */
final class SegmentScanner implements Closeable {

    private static final int FRAME_HEAD_BYTES = Long.BYTES;
    private static final int WINDOW_BYTES = 1 << 20;
    private static final long LENGTH_MASK = 0x00FF_FFFF_FFFF_FFFFL;

    /** No frame is longer: a record must fit into an array. */
    private static final int RECORD_BYTES_MAX = Integer.MAX_VALUE - WINDOW_BYTES;

    private final Disk disk;
    private final String directory;
    private final List<SegmentName> segments;

    private int segment = -1;
    private @Nullable DiskFile file;
    private String path = "";
    private long fileSize;
    private long offset;
    private boolean atHead;
    private boolean torn;

    private byte[] window = new byte[0];
    private long windowStart;
    private int windowLength;

    private int crcValue;

    private int type;
    private int recordCrc;
    private int dataOffset;
    private int dataLength;
    private long recordOffset;

    SegmentScanner(Disk disk, String directory, List<SegmentName> segments) {
        this.disk = disk;
        this.directory = directory;
        this.segments = segments;
    }

    /** Type of the current record. */
    int type() {
        return type;
    }

    /** The data of the current record, valid until the next move. */
    ProtoFields fields() {
        return new ProtoFields(window, dataOffset, dataLength);
    }

    /** A copy of the data of the current record. */
    byte[] data() {
        byte[] copy = new byte[dataLength];
        System.arraycopy(window, dataOffset, copy, 0, dataLength);
        return copy;
    }

    /** The file that is being read. */
    String path() {
        return path;
    }

    /** Where the current record starts in {@link #path}. */
    long recordOffset() {
        return recordOffset;
    }

    /** Behind the last good record: where a writer continues. */
    long endOffset() {
        return offset;
    }

    /** The running checksum up to {@link #endOffset}. */
    int crcValue() {
        return crcValue;
    }

    /** Whether the last segment ends in a record that a crash has cut off. */
    boolean torn() {
        return torn;
    }

    /**
     * Moves to the next record.
     *
     * @return false at the end of the last segment
     */
    boolean next() throws IOException {
        while (!torn) {
            if (file == null && !openNext()) {
                return false;
            }
            if (read()) {
                return true;
            }
            if (torn || segment == segments.size() - 1) {
                return false;
            }
            closeFile();
        }
        return false;
    }

    private boolean openNext() throws IOException {
        if (segment == segments.size() - 1) {
            return false;
        }
        segment++;
        path = Disk.join(directory, segments.get(segment).fileName());
        DiskFile opened = disk.open(path, Disk.OpenMode.READ);
        file = opened;
        fileSize = opened.size();
        offset = 0;
        windowStart = 0;
        windowLength = 0;
        atHead = true;
        return true;
    }

    /** Reads one frame; false at the end of the segment (then {@link #torn} is set or not). */
    private boolean read() throws IOException {
        long left = fileSize - offset;
        if (left == 0) {
            return endOfSegment();
        }
        if (left < FRAME_HEAD_BYTES) {
            load(left);
            return isZero(position(offset), (int) left) ? endOfSegment() : cutOff("frame cut off");
        }
        load(FRAME_HEAD_BYTES);
        long length = frameLength(position(offset));
        if (length == 0) {
            checkZeroSector();
            return endOfSegment();
        }
        long recordLength = length & LENGTH_MASK;
        int padding = length < 0 ? (int) (length >>> 56) & 7 : 0;
        checkPadding(length, recordLength, padding);
        long frameLength = FRAME_HEAD_BYTES + recordLength + padding;
        if (recordLength > RECORD_BYTES_MAX || frameLength > left) {
            checkLengthField(recordLength);
            return cutOff("record of " + recordLength + " bytes runs past the end of the file");
        }
        load(frameLength);
        String finding = decode((int) recordLength);
        if (finding != null) {
            checkLengthField(recordLength);
            return mayBeTorn((int) recordLength) ? cutOff(finding) : damaged(finding);
        }
        accept(frameLength);
        return true;
    }

    private boolean endOfSegment() {
        if (atHead) {
            throw Damage.at(path, offset, "the segment is empty");
        }
        return false;
    }

    /** Only the last segment can end in a torn record. */
    private boolean cutOff(String finding) {
        if (segment != segments.size() - 1 || atHead) {
            return damaged(finding);
        }
        torn = true;
        return false;
    }

    private boolean damaged(String finding) {
        throw Damage.at(path, offset, finding);
    }

    /** Parses and verifies the record in the window; returns what is wrong, or null. */
    private @Nullable String decode(int recordLength) {
        int start = position(offset) + FRAME_HEAD_BYTES;
        ProtoFields fields = new ProtoFields(window, start, recordLength);
        type = 0;
        recordCrc = 0;
        dataOffset = start;
        dataLength = 0;
        try {
            while (fields.next()) {
                switch (fields.field << 3 | fields.wireType) {
                    case 1 << 3 | ProtoFields.WIRE_VARINT -> type = (int) fields.value;
                    case 2 << 3 | ProtoFields.WIRE_VARINT -> recordCrc = (int) fields.value;
                    case 3 << 3 | ProtoFields.WIRE_BYTES -> {
                        dataOffset = fields.valueOffset;
                        dataLength = fields.valueLength;
                    }
                    default -> {
                        return "the record has field " + fields.field;
                    }
                }
            }
        } catch (MalformedException e) {
            return "the record does not parse (" + e.getMessage() + ")";
        }
        return verify();
    }

    /** Checks the record against the running checksum, which moves on only if it agrees. */
    private @Nullable String verify() {
        if (type == RecordType.CRC) {
            boolean agrees = crcValue == 0 || crcValue == recordCrc;
            return agrees && dataLength == 0 ? null : "checksum mismatch at the head of a segment";
        }
        Crc32c running = Crc32c.continuing(crcValue);
        running.update(window, dataOffset, dataLength);
        return running.value() == recordCrc ? null : "checksum mismatch";
    }

    private void accept(long frameLength) {
        if (type < RecordType.METADATA || type > RecordType.SNAPSHOT) {
            damaged("unknown record type " + type);
        }
        if (atHead != (type == RecordType.CRC)) {
            damaged(atHead ? "the segment has no head" : "a head within the segment");
        }
        atHead = false;
        crcValue = recordCrc;
        recordOffset = offset;
        offset += frameLength;
    }

    /**
     * A sector lost in a crash is zero as a whole. A length of zero with other bytes behind it in
     * the same sector has been damaged instead, and records follow that must not be dropped.
     */
    private void checkZeroSector() throws IOException {
        long sectorEnd = (offset / Disk.SECTOR_BYTES + 1) * Disk.SECTOR_BYTES;
        int length = (int) (Math.min(sectorEnd, fileSize) - offset);
        load(length);
        if (!isZero(position(offset), length)) {
            damaged("the length of a record is zero, but the record is there");
        }
    }

    /** The length of a frame is never torn, and its two parts must agree. */
    private void checkPadding(long length, long recordLength, int padding) {
        long top = padding == 0 ? 0 : 0x80 | padding;
        if (length >>> 56 != top || (recordLength + padding) % FRAME_HEAD_BYTES != 0) {
            damaged("the length of a record and its padding disagree");
        }
    }

    /**
     * The inner lengths of a record say again how long it is. If the record is good by them, then
     * only the frame's length has been damaged, and nothing was cut off.
     */
    private void checkLengthField(long claimedLength) throws IOException {
        int available = (int) Math.min(fileSize - offset, RECORD_BYTES_MAX);
        int probe = Math.min(available, WINDOW_BYTES);
        load(probe);
        int start = position(offset) + FRAME_HEAD_BYTES;
        ProtoFields fields = new ProtoFields(window, start, probe - FRAME_HEAD_BYTES);
        try {
            if (!fields.next() || fields.field != 1 || !fields.next() || fields.field != 2) {
                return;
            }
            int length = fields.position() - start;
            boolean headIsThere = decode(length) == null && type == RecordType.CRC;
            boolean recordIsThere =
                    fields.next() && fields.field == 3 && decode(fields.position() - start) == null;
            int actualLength = headIsThere ? length : fields.position() - start;
            if ((headIsThere || recordIsThere) && actualLength != claimedLength) {
                damaged("the length of a record is wrong, but the record is there");
            }
        } catch (MalformedException e) {
            return; // not even the inner lengths are there
        }
    }

    /** Whether some sector of the record is all zero, as a crash between write and sync leaves. */
    private boolean mayBeTorn(int recordLength) {
        long at = offset + FRAME_HEAD_BYTES;
        long end = at + recordLength;
        while (at < end) {
            long sectorEnd = (at / Disk.SECTOR_BYTES + 1) * Disk.SECTOR_BYTES;
            int length = (int) (Math.min(sectorEnd, end) - at);
            if (isZero(position(at), length)) {
                return true;
            }
            at += length;
        }
        return false;
    }

    private boolean isZero(int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (window[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private long frameLength(int at) {
        long length = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            length = length << 8 | (window[at + i] & 0xFF);
        }
        return length;
    }

    private int position(long fileOffset) {
        return (int) (fileOffset - windowStart);
    }

    /** Brings this many bytes from the current offset into the window. */
    private void load(long length) throws IOException {
        if (offset + length <= windowStart + windowLength) {
            return;
        }
        int wanted = (int) Math.min(fileSize - offset, Math.max(length, WINDOW_BYTES));
        if (wanted > window.length) {
            window = new byte[wanted];
        }
        windowStart = offset;
        windowLength = opened().readAt(ByteBuffer.wrap(window, 0, wanted), offset);
        if (windowLength < length) {
            throw new IOException(path + ": shrank while it was read");
        }
    }

    private DiskFile opened() {
        DiskFile current = file;
        if (current == null) {
            throw new IllegalStateException("no segment is open");
        }
        return current;
    }

    private void closeFile() throws IOException {
        DiskFile current = file;
        file = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() throws IOException {
        closeFile();
    }
}
