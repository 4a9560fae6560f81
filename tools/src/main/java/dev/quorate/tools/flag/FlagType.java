package dev.quorate.tools.flag;

import dev.quorate.log.GoDuration;
import dev.quorate.server.config.Url;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
            return switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> "true";
                case "0", "f", "F", "false", "FALSE", "False" -> "false";
                default -> throw new IllegalArgumentException("parse error");
            };
        }

        @Override
        public boolean isBoolean() {
            return true;
        }
    }

    /** A whole number in any base that a prefix names. Kept in decimal. */
    record Int(BigInteger min, BigInteger max) implements FlagType {
        @Override
        public String check(String value) {
            BigInteger number;
            try {
                number = Numbers.parse(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("parse error", e);
            }
            boolean signed = min.signum() < 0;
            if (!signed && (value.startsWith("-") || value.startsWith("+"))) {
                throw new IllegalArgumentException("parse error");
            }
            if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
                throw new IllegalArgumentException("value out of range");
            }
            return number.toString();
        }
    }

    /** An unsigned number of 32 bits; etcd's own type, hence other words for errors. */
    record Uint32() implements FlagType {
        private static final BigInteger MAX = BigInteger.valueOf(0xffff_ffffL);

        @Override
        public String check(String value) {
            String start = "strconv.ParseUint: parsing \"" + value + "\": ";
            BigInteger number;
            try {
                number = Numbers.parse(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(start + "invalid syntax", e);
            }
            if (value.startsWith("-") || value.startsWith("+")) {
                throw new IllegalArgumentException(start + "invalid syntax");
            }
            if (number.compareTo(MAX) > 0) {
                throw new IllegalArgumentException(start + "value out of range");
            }
            return number.toString();
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
