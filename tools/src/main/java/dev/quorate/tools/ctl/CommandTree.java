package dev.quorate.tools.ctl;

import static dev.quorate.tools.ctl.line.Flag.bool;
import static dev.quorate.tools.ctl.line.Flag.integer;
import static dev.quorate.tools.ctl.line.Flag.string;

import dev.quorate.tools.ctl.line.Command;
import dev.quorate.tools.ctl.line.Flag;
import dev.quorate.tools.ctl.line.Kind;

/** All commands and flags. Their order is that in which etcdctl suggests commands for a misspelt word. */
final class CommandTree {
    private static final String KEYS = "Key-value commands";
    private static final String UTILITY = "Utility commands";

    private CommandTree() {}

    static Command build() {
        return new Command("etcdctl", "A simple command line client for etcd3.")
                .groups(KEYS, UTILITY)
                .inheritable(globalFlags())
                .children(
                        get(),
                        put(),
                        del(),
                        new Command("version", "Prints the version of etcdctl").group(UTILITY),
                        new Command("options", "Show the global command-line flags").group(UTILITY),
                        new Command("help [command]", "Help about any command")
                                .text(CommandTexts.HELP)
                                .group(UTILITY));
    }

    private static Flag[] globalFlags() {
        return new Flag[] {
            new Flag("endpoints", "", Kind.STRINGS, "127.0.0.1:2379", "gRPC endpoints"),
            bool("debug", "enable client-side debug logging"),
            new Flag(
                    "write-out",
                    "w",
                    Kind.STRING,
                    "simple",
                    "set the output format (fields, json, protobuf, simple, table)"),
            bool("hex", "print byte strings as hex encoded strings"),
            new Flag(
                    "dial-timeout", "", Kind.DURATION, "2s", "dial timeout for client connections"),
            new Flag(
                    "command-timeout",
                    "",
                    Kind.DURATION,
                    "5s",
                    "timeout for short running command (excluding dial timeout)"),
            new Flag(
                    "keepalive-time",
                    "",
                    Kind.DURATION,
                    "2s",
                    "keepalive time for client connections"),
            new Flag(
                    "keepalive-timeout",
                    "",
                    Kind.DURATION,
                    "6s",
                    "keepalive timeout for client connections"),
            integer(
                    "max-request-bytes",
                    0,
                    "client-side request send limit in bytes (if 0, it defaults to 2.0 MiB (2 *"
                            + " 1024 * 1024).)"),
            integer(
                    "max-recv-bytes",
                    0,
                    "client-side response receive limit in bytes (if 0, it defaults to"
                            + " \"math.MaxInt32\")"),
            new Flag(
                    "insecure-transport",
                    "",
                    Kind.BOOL,
                    "true",
                    "disable transport security for client connections"),
            new Flag(
                    "insecure-discovery",
                    "",
                    Kind.BOOL,
                    "true",
                    "accept insecure SRV records describing cluster endpoints"),
            bool(
                    "insecure-skip-tls-verify",
                    "skip server certificate verification (CAUTION: this option should be enabled"
                            + " only for testing purposes)"),
            string("cert", "", "identify secure client using this TLS certificate file"),
            string("key", "", "identify secure client using this TLS key file"),
            string(
                    "cacert",
                    "",
                    "verify certificates of TLS-enabled secure servers using this CA bundle"),
            string(
                    "auth-jwt-token",
                    "",
                    "JWT token used for authentication (if this option is used, --user and"
                            + " --password should not be set)"),
            string(
                    "user",
                    "",
                    "username[:password] for authentication (prompt if password is not supplied)"),
            string(
                    "password",
                    "",
                    "password for authentication (if this option is used, --user option shouldn't"
                            + " include password)"),
            new Flag(
                    "discovery-srv",
                    "d",
                    Kind.STRING,
                    "",
                    "domain name to query for SRV records describing cluster endpoints"),
            string("discovery-srv-name", "", "service name to query when using DNS discovery"),
        };
    }

    private static Command get() {
        return new Command("get [options] <key> [range_end]", "Gets the key or a range of keys")
                .group(KEYS)
                .flags(
                        string("consistency", "l", "Linearizable(l) or Serializable(s)"),
                        string(
                                "order",
                                "",
                                "Order of results; ASCEND or DESCEND (ASCEND by default)"),
                        string(
                                "sort-by",
                                "",
                                "Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION"),
                        integer("limit", 0, "Maximum number of results"),
                        bool("prefix", "Get keys with matching prefix"),
                        bool(
                                "from-key",
                                "Get keys that are greater than or equal to the given key using"
                                        + " byte compare"),
                        integer("rev", 0, "Specify the kv revision"),
                        bool("keys-only", "Get only the keys"),
                        bool("count-only", "Get only the count"),
                        bool(
                                "print-value-only",
                                "Only write values when using the \"simple\" output format"),
                        integer("min-create-rev", 0, "Minimum create revision"),
                        integer("max-create-rev", 0, "Maximum create revision"),
                        integer("min-mod-rev", 0, "Minimum modification revision"),
                        integer("max-mod-rev", 0, "Maximum modification revision"),
                        bool("stream", "Use the RangeStream RPC"));
    }

    private static Command put() {
        return new Command(
                        "put [options] <key> <value> (<value> can also be given from stdin)",
                        "Puts the given key into the store")
                .text(CommandTexts.PUT)
                .group(KEYS)
                .flags(
                        string("lease", "0", "lease ID (in hexadecimal) to attach to the key"),
                        bool("prev-kv", "return the previous key-value pair before modification"),
                        bool("ignore-value", "updates the key using its current value"),
                        bool("ignore-lease", "updates the key using its current lease"));
    }

    private static Command del() {
        return new Command(
                        "del [options] <key> [range_end]",
                        "Removes the specified key or range of keys [key, range_end)")
                .group(KEYS)
                .flags(
                        bool("prefix", "delete keys with matching prefix"),
                        bool("prev-kv", "return deleted key-value pairs"),
                        bool(
                                "from-key",
                                "delete keys that are greater than or equal to the given key using"
                                        + " byte compare"),
                        bool("range", "delete range of keys"));
    }
}
