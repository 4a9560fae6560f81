package dev.quorate.storage.wal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a segment: {@code %016x-%016x.wal}.
 *
 * @param sequence counts the segments of a log from 0
 * @param firstIndex no entry inside has a smaller index, unless it replaces one
 */
record SegmentName(long sequence, long firstIndex) {

    private static final String SUFFIX = ".wal";
    private static final int DIGITS = 16;
    private static final HexFormat HEX = HexFormat.of();

    String fileName() {
        return HEX.toHexDigits(sequence) + "-" + HEX.toHexDigits(firstIndex) + SUFFIX;
    }

    /** Null for a name that is no segment's. */
    static @Nullable SegmentName parse(String name) {
        if (name.length() != 2 * DIGITS + 1 + SUFFIX.length()
                || name.charAt(DIGITS) != '-'
                || !name.endsWith(SUFFIX)) {
            return null;
        }
        try {
            return new SegmentName(
                    HexFormat.fromHexDigitsToLong(name, 0, DIGITS),
                    HexFormat.fromHexDigitsToLong(name, DIGITS + 1, 2 * DIGITS + 1));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The segments among the names of a directory, in the order given (sorted = by sequence). */
    static List<SegmentName> among(List<String> names) {
        List<SegmentName> segments = new ArrayList<>();
        for (String name : names) {
            SegmentName segment = parse(name);
            if (segment != null) {
                segments.add(segment);
            }
        }
        return segments;
    }
}
