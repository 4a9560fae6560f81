package dev.quorate.tools.etcd;

import dev.quorate.log.GoDuration;
import dev.quorate.tools.flag.Flag;
import dev.quorate.tools.flag.FlagSet;
import dev.quorate.tools.flag.FlagType;
import dev.quorate.tools.flag.FlagValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --config-file}: YAML whose keys are the names of flags, except that certificates, the discovery service and
 * socket options sit in maps of their own. Durations are whole nanoseconds. Keys that mean nothing are passed over, as etcd does.
 */
final class ConfigFile {
    /** Keys of the two maps of certificates, and the flags that they stand for on the client side. */
    private static final Map<String, String> SECURITY =
            Map.of(
                    "cert-file", "cert-file",
                    "key-file", "key-file",
                    "client-cert-file", "client-cert-file",
                    "client-key-file", "client-key-file",
                    "client-cert-auth", "client-cert-auth",
                    "trusted-ca-file", "trusted-ca-file",
                    "auto-tls", "auto-tls",
                    "allowed-cn", "cert-allowed-cn",
                    "allowed-hostname", "cert-allowed-hostname",
                    "skip-client-san-verification", "skip-client-san-verification");

    private final FlagSet flags;
    private final FlagValues values;

    private ConfigFile(FlagSet flags) {
        this.flags = flags;
        this.values = flags.defaults();
    }

    /**
     * Reads a file into the values of flags; command line and environment have no say.
     *
     * @throws InvalidConfigException in etcd's words
     */
    static FlagValues read(FlagSet flags, String path) throws InvalidConfigException {
        String text;
        try {
            text = Files.readString(Path.of(path));
        } catch (NoSuchFileException _) {
            throw new InvalidConfigException("open " + path + ": no such file or directory");
        } catch (IOException e) {
            throw new InvalidConfigException("open " + path + ": " + e.getMessage());
        }
        ConfigFile file = new ConfigFile(flags);
        for (Map.Entry<String, @Nullable Object> entry : Yaml.mapping(text).entrySet()) {
            file.set(entry.getKey(), entry.getValue());
        }
        file.advertiseDefaults();
        return file.values;
    }

    /** In a file a client address to listen on does not ask for one to advertise: the default stays. */
    private void advertiseDefaults() {
        if (values.isSet("listen-client-urls") && !values.isSet("advertise-client-urls")) {
            values.set("advertise-client-urls", values.text("advertise-client-urls"));
        }
    }

    private void set(String key, @Nullable Object value) throws InvalidConfigException {
        switch (key) {
            case "client-transport-security" -> security(key, "", value);
            case "peer-transport-security" -> security(key, "peer-", value);
            case "discovery-config" -> section(key, "discovery-", value);
            case "socket-options" -> section(key, "socket-", value);
            default -> setFlag(key, key, value);
        }
    }

    private void security(String section, String prefix, @Nullable Object value)
            throws InvalidConfigException {
        for (Map.Entry<String, @Nullable Object> entry : map(section, value).entrySet()) {
            String flag = SECURITY.get(entry.getKey());
            if (flag == null) {
                continue;
            }
            String name =
                    flag.equals("cert-allowed-hostname") && prefix.isEmpty()
                            ? "client-" + flag
                            : prefix + flag;
            setFlag(section + "." + entry.getKey(), name, entry.getValue());
        }
    }

    private void section(String section, String prefix, @Nullable Object value)
            throws InvalidConfigException {
        for (Map.Entry<String, @Nullable Object> entry : map(section, value).entrySet()) {
            setFlag(section + "." + entry.getKey(), prefix + entry.getKey(), entry.getValue());
        }
    }

    private static Map<String, @Nullable Object> map(String section, @Nullable Object value)
            throws InvalidConfigException {
        return switch (value) {
            case null -> Map.of();
            case Map<?, ?> map -> Yaml.stringKeys(map);
            case Object _ -> throw new InvalidConfigException("invalid " + section);
        };
    }

    private void setFlag(String key, String name, @Nullable Object value)
            throws InvalidConfigException {
        Flag flag = flags.find(name);
        if (flag == null
                || value == null
                || flag.type() instanceof FlagType.Ignored
                || name.equals("config-file")) {
            return;
        }
        String text = text(key, flag.type(), value);
        if (text.isEmpty() && !(flag.type() instanceof FlagType.Text)) {
            return;
        }
        try {
            values.set(name, flag.type().check(text));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(
                    flag.type() instanceof FlagType.Urls
                            ? "unexpected error setting up " + name + ": " + e.getMessage()
                            : "invalid value \"" + text + "\" for " + key + ": " + e.getMessage());
        }
    }

    private static String text(String key, FlagType type, Object value)
            throws InvalidConfigException {
        switch (type) {
            case FlagType.Bool _ -> require(value instanceof Boolean, key, value, "bool");
            case FlagType.Time _ -> {
                require(
                        value instanceof Integer || value instanceof Long,
                        key,
                        value,
                        "time.Duration");
                return GoDuration.format(Duration.ofNanos(((Number) value).longValue()));
            }
            case FlagType.Int _, FlagType.Uint _, FlagType.Uint32 _ ->
                    require(value instanceof Number, key, value, "int");
            case FlagType.Text _,
                    FlagType.Urls _,
                    FlagType.Choice _,
                    FlagType.Choices _,
                    FlagType.Custom _ -> {
                if (value instanceof List<?> list) {
                    List<String> parts = new ArrayList<>();
                    list.forEach(part -> parts.add(String.valueOf(part)));
                    return String.join(",", parts);
                }
                require(!(value instanceof Map<?, ?>), key, value, "string");
            }
            case FlagType.Ignored _ -> {}
        }
        return value.toString();
    }

    private static void require(boolean fits, String key, Object value, String type)
            throws InvalidConfigException {
        if (!fits) {
            throw new InvalidConfigException(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                            + Yaml.kind(value)
                            + " into Go struct field configYAML."
                            + key
                            + " of type "
                            + type);
        }
    }
}
