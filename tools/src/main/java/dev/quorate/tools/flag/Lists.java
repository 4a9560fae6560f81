package dev.quorate.tools.flag;

import java.util.ArrayList;
import java.util.List;

/** Lists that are written with commas. */
public final class Lists {
    private Lists() {}

    /** All parts, empty ones too, so that an empty text has one empty part. */
    public static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
            parts.add(text.substring(start, comma));
            start = comma + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** All parts; none for an empty text. */
    public static List<String> splitOrEmpty(String text) {
        return text.isEmpty() ? List.of() : split(text);
    }
}
