package dev.quorate.metrics;

/** The types of the text format that occur here. */
public enum Kind {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram"),
    SUMMARY("summary");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** The word after {@code # TYPE name}. */
    public String text() {
        return text;
    }
}
