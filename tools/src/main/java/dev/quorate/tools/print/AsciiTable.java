package dev.quorate.tools.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table between lines of dashes, as etcdctl draws it up to 3.5 and as notes show it: headings in capitals and centred, cells to the
 * right.
 *
 * <pre>
 *   +------+-----+
 *   | HASH | REV |
 *   +------+-----+
 *   |   7f |   2 |
 *   +------+-----+
 * </pre>
 */
public final class AsciiTable {
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param headings underscores become blanks, letters capitals */
    public AsciiTable(String... headings) {
        this.headings = new ArrayList<>();
        for (String heading : headings) {
            this.headings.add(heading.toUpperCase(Locale.ROOT).replace('_', ' '));
        }
    }

    /** Adds a line; it has as many cells as there are headings. */
    public AsciiTable row(List<String> cells) {
        if (cells.size() != headings.size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells below " + headings.size() + " headings");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** {@link #row(List)}. */
    public AsciiTable row(String... cells) {
        return row(List.of(cells));
    }

    /** All lines, each with its line feed. */
    @Override
    public String toString() {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(headings.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder out = new StringBuilder();
        rule(out, widths);
        for (int i = 0; i < widths.length; i++) {
            int blanks = widths[i] - width(headings.get(i));
            out.append("| ").append(" ".repeat(blanks / 2)).append(headings.get(i));
            out.append(" ".repeat(blanks - blanks / 2)).append(' ');
        }
        out.append("|\n");
        rule(out, widths);
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                out.append("| ").append(" ".repeat(widths[i] - width(cell))).append(cell);
                out.append(' ');
            }
            out.append("|\n");
        }
        if (!rows.isEmpty()) {
            rule(out, widths);
        }
        return out.toString();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static void rule(StringBuilder out, int[] widths) {
        for (int width : widths) {
            out.append('+').append("-".repeat(width + 2));
        }
        out.append("+\n");
    }
}
