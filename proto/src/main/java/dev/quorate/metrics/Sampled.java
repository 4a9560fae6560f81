package dev.quorate.metrics;

/** What a family has one of per combination of label values. */
public sealed interface Sampled permits Counter, Gauge, Histogram {
    /** Writes every line of this member. {@code labels} is empty or the inside of the braces, already escaped. */
    void write(TextWriter out, String name, String labels);
}
