package dev.quorate.tools.flag;

import dev.quorate.log.Log;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes the values of flags from the environment, as etcd does: {@code PREFIX_FLAG_NAME}, only where no flag is given. */
public final class Environment {
    private static final Log log = Log.of(Environment.class);

    private Environment() {}

    /** A flag and a variable that both want to decide. */
    public static final class ConflictException extends Exception {
        private static final long serialVersionUID = 1;
        private final String variable;

        ConflictException(String variable) {
            super(
                    "conflicting environment variable is shadowed by corresponding command-line flag (either unset environment"
                            + " variable or disable flag))");
            this.variable = variable;
        }

        /** Name of the variable. */
        public String variable() {
            return variable;
        }
    }

    /** The name of the variable of a flag. */
    public static String variable(String prefix, String flag) {
        return prefix + "_" + flag.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Sets every flag whose variable has a value, and warns of variables that look like flags but are none.
     *
     * @param prefix without the underscore
     * @throws ConflictException if a flag is also given on the command line
     * @throws FlagException if a value is not acceptable
     */
    public static void apply(
            String prefix, FlagSet flags, FlagValues values, Map<String, String> environment)
            throws ConflictException, FlagException {
        Map<String, String> known = new TreeMap<>();
        for (Flag flag : flags.all()) {
            String variable = variable(prefix, flag.name());
            String value = environment.getOrDefault(variable, "");
            known.put(variable, value);
            if (value.isEmpty()) {
                continue;
            }
            if (values.isSet(flag.name())) {
                throw new ConflictException(variable);
            }
            apply(flag, variable, value, values);
        }
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (variable.startsWith(prefix + "_") && !known.containsKey(variable)) {
                log.warn(
                        "unrecognized environment variable",
                        "environment-variable",
                        variable + "=" + environment.get(variable));
            }
        }
    }

    private static void apply(Flag flag, String variable, String value, FlagValues values)
            throws FlagException {
        try {
            values.set(flag.name(), flag.type().check(value));
        } catch (IllegalArgumentException e) {
            throw new FlagException(
                    "invalid value "
                            + Quote.go(value)
                            + " for "
                            + variable
                            + ": "
                            + e.getMessage());
        }
        log.info(
                "recognized and used environment variable",
                "variable-name",
                variable,
                "variable-value",
                variable.endsWith("PASSWORD") ? "" : value);
    }
}
