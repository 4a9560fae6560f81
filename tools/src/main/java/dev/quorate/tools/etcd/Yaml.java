package dev.quorate.tools.etcd;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads YAML, of which JSON is a part, into plain maps. */
final class Yaml {
    private Yaml() {}

    /**
     * The top-level mapping; empty for an empty document.
     *
     * @throws InvalidConfigException with the line, or if the document is no mapping
     */
    static Map<String, @Nullable Object> mapping(String text) throws InvalidConfigException {
        Object document;
        try {
            document =
                    new Load(LoadSettings.builder().setAllowDuplicateKeys(true).build())
                            .loadFromString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new InvalidConfigException(
                    "error converting YAML to JSON: yaml: line " + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InvalidConfigException(
                    "error converting YAML to JSON: yaml: " + e.getMessage());
        }
        if (document == null) {
            return Map.of();
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new InvalidConfigException(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                            + kind(document)
                            + " into Go value of type embed.configYAML");
        }
        return stringKeys(map);
    }

    /** The mapping with its keys as text. */
    static Map<String, @Nullable Object> stringKeys(Map<?, ?> map) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(String.valueOf(key), value));
        return result;
    }

    /** What JSON calls the kind of a value. */
    static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "string";
            case Boolean _ -> "bool";
            case Number _ -> "number";
            case Map<?, ?> _ -> "object";
            default -> "array";
        };
    }
}
