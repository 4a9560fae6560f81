package dev.quorate.metrics;

/** Builds the text of one scrape. Used by one thread. */
public final class TextWriter {
    private final StringBuilder text;

    TextWriter(int expectedSizeChars) {
        this.text = new StringBuilder(expectedSizeChars);
    }

    /** Opens a family. */
    public void family(String name, Kind kind, String help) {
        text.append("# HELP ").append(name).append(' ');
        escape(help, false);
        text.append("\n# TYPE ").append(name).append(' ').append(kind.text()).append('\n');
    }

    /** One line; {@code labels} is empty or the inside of the braces, already escaped. */
    public void sample(String name, String labels, double value) {
        open(name, labels);
        text.append(GoDouble.format(value)).append('\n');
    }

    void bucket(String name, String labels, String bound, long count) {
        text.append(name).append("_bucket{");
        if (!labels.isEmpty()) {
            text.append(labels).append(',');
        }
        text.append("le=\"")
                .append(bound)
                .append("\"} ")
                .append(GoDouble.format((double) count))
                .append('\n');
    }

    private void open(String name, String labels) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ');
    }

    private void escape(String raw, boolean quotes) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '"' -> text.append(quotes ? "\\\"" : "\"");
                default -> text.append(c);
            }
        }
    }

    /** The inside of the braces for names and values in the same order. */
    static String labels(String[] names, String[] values) {
        var writer = new TextWriter(64);
        for (int i = 0; i < names.length; i++) {
            writer.text.append(i == 0 ? "" : ",").append(names[i]).append("=\"");
            writer.escape(values[i], true);
            writer.text.append('"');
        }
        return writer.text.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
