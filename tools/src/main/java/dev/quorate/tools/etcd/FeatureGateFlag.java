package dev.quorate.tools.etcd;

import dev.quorate.server.config.Feature;
import dev.quorate.server.config.FeatureGates;
import dev.quorate.tools.flag.FlagType;
import dev.quorate.tools.flag.FlagTypes;
import dev.quorate.tools.flag.Lists;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The value of {@code --feature-gates}: {@code Name=true,Other=false}, with {@code AllAlpha} and {@code AllBeta} for groups. */
record FeatureGateFlag() implements FlagType.Custom {
    static final FlagType TYPE = new FeatureGateFlag();

    private static final Map<String, Feature.Stage> GROUPS =
            new TreeMap<>(Map.of("AllAlpha", Feature.Stage.ALPHA, "AllBeta", Feature.Stage.BETA));

    /** The lines of the help, one per gate. */
    static String[] help() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "A set of key=value pairs that describe server level feature gates for alpha/experimental features. Options are:");
        GROUPS.forEach((name, stage) -> lines.add(line(name, stage, false)));
        for (Feature feature : Feature.values()) {
            lines.add(line(feature.text(), feature.stage(), feature.isOnByDefault()));
        }
        return lines.toArray(String[]::new);
    }

    private static String line(String name, Feature.Stage stage, boolean on) {
        return name + "=true|false (" + stage + " - default=" + on + ")";
    }

    @Override
    public String check(String value) {
        parse(value);
        return value;
    }

    /**
     * The gates that a value of the flag asks for: defaults, then groups, then single features.
     *
     * @throws IllegalArgumentException in etcd's words
     */
    static FeatureGates parse(String value) {
        Map<String, Boolean> switched = switches(value);
        FeatureGates gates = FeatureGates.defaults();
        for (Map.Entry<String, Feature.Stage> group : GROUPS.entrySet()) {
            Boolean on = switched.get(group.getKey());
            if (on == null) {
                continue;
            }
            for (Feature feature : Feature.values()) {
                if (feature.stage() == group.getValue()) {
                    gates = gates.with(feature, on);
                }
            }
        }
        for (Feature feature : Feature.values()) {
            Boolean on = switched.get(feature.text());
            if (on != null) {
                gates = gates.with(feature, on);
            }
        }
        return new FeatureGates(gates.enabled(), text(switched));
    }

    private static String text(Map<String, Boolean> switched) {
        StringBuilder out = new StringBuilder();
        switched.forEach((name, on) ->
                out.append(out.isEmpty() ? "" : ",").append(name).append('=').append(on));
        return out.toString();
    }

    private static Map<String, Boolean> switches(String value) {
        Map<String, Boolean> switched = new TreeMap<>();
        for (String part : Lists.split(value)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).strip();
            if (equals < 0) {
                throw new IllegalArgumentException("missing bool value for " + name);
            }
            String on = part.substring(equals + 1).strip();
            if (!GROUPS.containsKey(name) && Feature.parse(name).isEmpty()) {
                throw new IllegalArgumentException("unrecognized feature gate: " + name);
            }
            try {
                switched.put(name, FlagTypes.BOOL.check(on).equals("true"));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "invalid value of "
                                + name
                                + "="
                                + on
                                + ", err: strconv.ParseBool: parsing \""
                                + on
                                + "\": invalid syntax",
                        e);
            }
        }
        return switched;
    }
}
