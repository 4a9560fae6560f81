package dev.quorate.tools.flag;

import dev.quorate.log.GoDuration;
import dev.quorate.server.config.Url;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** What a flag accepts. {@link #check} refuses with the error text that Go's or etcd's reader of such a value gives. */
public sealed interface FlagType {

    /**
     * The value in the form in which it is kept.
     *
     * @throws IllegalArgumentException with the text that follows {@code invalid value "x" for flag -y: }
     */
    String check(String value);

    /** Whether the name alone means {@code true}. */
    default boolean isBoolean() {
        return false;
    }

    /** Any text. Lists are texts with commas; whoever reads them splits. */
    record Text() implements FlagType {
        @Override
        public String check(String value) {
            return value;
        }
    }

    /** A flag of the past: any value, no effect, no need of one. */
    record Ignored() implements FlagType {
        @Override
        public String check(String value) {
            return value;
        }

        @Override
        public boolean isBoolean() {
            return true;
        }
    }

    /** The spellings that Go takes for a truth value. */
    record Bool() implements FlagType {
        @Override
        public String check(String value) {
            return plainly(value, Strconv::bool);
        }

        @Override
        public boolean isBoolean() {
            return true;
        }
    }

    /** A whole number in any base that a prefix names. Kept in decimal. */
    record Int() implements FlagType {
        @Override
        public String check(String value) {
            return plainly(value, Strconv::integer);
        }
    }

    /** The same, not below zero. */
    record Uint() implements FlagType {
        @Override
        public String check(String value) {
            return plainly(value, Strconv::unsigned);
        }
    }

    /** Reads with the shorter words for what is wrong that Go's {@code flag} has. */
    private static String plainly(String value, UnaryOperator<String> reader) {
        try {
            return reader.apply(value);
        } catch (Strconv.NumException e) {
            throw new IllegalArgumentException(
                    e.isRange() ? "value out of range" : "parse error", e);
        }
    }

    /** An unsigned number of 32 bits; etcd's own type, hence other words for errors. */
    record Uint32() implements FlagType {
        private static final BigInteger MAX = BigInteger.valueOf(0xffff_ffffL);

        @Override
        public String check(String value) {
            return Strconv.unsigned(value, MAX);
        }
    }

    /** A duration in Go's notation. */
    record Time() implements FlagType {
        @Override
        public String check(String value) {
            return GoDuration.parse(value)
                    .map(GoDuration::format)
                    .orElseThrow(() -> new IllegalArgumentException("parse error"));
        }
    }

    /** A list of addresses without duplicates, kept sorted; or one of a few words that are no address. */
    record Urls(Set<String> exceptions) implements FlagType {
        @Override
        public String check(String value) {
            if (exceptions.contains(value)) {
                return value;
            }
            Set<String> sorted = new TreeSet<>();
            for (Url url : Url.parseAll(Lists.split(value))) {
                sorted.add(url.text());
            }
            return String.join(",", sorted);
        }
    }

    /** One of a few words. */
    record Choice(List<String> valid) implements FlagType {
        @Override
        public String check(String value) {
            if (!valid.contains(value)) {
                throw new IllegalArgumentException("invalid value");
            }
            return value;
        }
    }

    /** A list of some of a few words. */
    record Choices(List<String> valid) implements FlagType {
        @Override
        public String check(String value) {
            for (String word : Lists.split(value)) {
                if (!valid.contains(word)) {
                    throw new IllegalArgumentException("invalid value \"" + word + "\"");
                }
            }
            return value;
        }
    }

    /** A type that a program defines for itself. */
    non-sealed interface Custom extends FlagType {}
}
