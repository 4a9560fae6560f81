package dev.quorate.server.config;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which features are on.
 *
 * @param enabled the features that are on, in the order of their declaration
 * @param text what the flag said, in the order of names; empty if nothing was switched
 */
public record FeatureGates(Set<Feature> enabled, String text) {

    public FeatureGates {
        enabled = java.util.Collections.unmodifiableSet(new TreeSet<>(enabled));
    }

    public static FeatureGates defaults() {
        Set<Feature> on = new TreeSet<>();
        for (Feature feature : Feature.values()) {
            if (feature.isOnByDefault()) {
                on.add(feature);
            }
        }
        return new FeatureGates(on, "");
    }

    public boolean isEnabled(Feature feature) {
        return enabled.contains(feature);
    }

    public FeatureGates with(Feature feature, boolean on) {
        Set<Feature> next = new TreeSet<>(enabled);
        if (on) {
            next.add(feature);
        } else {
            next.remove(feature);
        }
        return new FeatureGates(next, text);
    }
}
