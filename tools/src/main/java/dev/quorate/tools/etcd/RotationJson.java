package dev.quorate.tools.etcd;

import dev.quorate.server.config.LogSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of {@code --log-rotation-config-json}. */
final class RotationJson {
    private RotationJson() {}

    /**
     * The limits; what is not named is 0 or false, except that a size of 0 means 100 MB.
     *
     * @throws InvalidConfigException in etcd's words
     */
    static LogSettings.Rotation parse(String json) throws InvalidConfigException {
        Map<String, @Nullable Object> map;
        try {
            map = Yaml.mapping(json);
        } catch (InvalidConfigException e) {
            throw new InvalidConfigException(
                    "improperly formatted log rotation config: " + e.getMessage());
        }
        int size = number(map, "maxsize");
        return new LogSettings.Rotation(
                size == 0 ? 100 : size,
                number(map, "maxage"),
                number(map, "maxbackups"),
                Boolean.TRUE.equals(map.get("localtime")),
                Boolean.TRUE.equals(map.get("compress")));
    }

    private static int number(Map<String, @Nullable Object> map, String key)
            throws InvalidConfigException {
        return switch (map.get(key)) {
            case null -> 0;
            case Integer number -> number;
            case Object other ->
                    throw new InvalidConfigException(
                            "invalid log rotation config: json: cannot unmarshal "
                                    + Yaml.kind(other)
                                    + " into Go struct field logRotationConfig."
                                    + key
                                    + " of type int");
        };
    }
}
