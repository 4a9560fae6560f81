package dev.quorate.tools.ctl;

import static dev.quorate.tools.command.Option.bool;
import static dev.quorate.tools.command.Option.integer;
import static dev.quorate.tools.command.Option.string;

import dev.quorate.tools.command.Command;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.Option;
import dev.quorate.tools.command.ValueKind;

/** All commands and flags. Their order is that in which etcdctl suggests commands for a misspelt word. */
final class CommandTree {
    private static final String KEYS = "Key-value commands";
    private static final String CLUSTER = "Cluster maintenance commands";
    private static final String CONCURRENCY = "Concurrency commands";
    private static final String AUTH = "Authentication commands";
    private static final String UTILITY = "Utility commands";

    private CommandTree() {}

    static Command build() {
        return new Command("etcdctl", "A simple command line client for etcd3.")
                .groups(KEYS, CLUSTER, CONCURRENCY, AUTH, UTILITY)
                .inheritable(programOptions())
                .children(
                        get(),
                        put(),
                        del(),
                        txn(),
                        compaction(),
                        alarm(),
                        defrag(),
                        endpoint(),
                        new Command(
                                        "move-leader <transferee-member-id>",
                                        "Transfers leadership to another etcd cluster member.")
                                .group(CLUSTER),
                        watch(),
                        new Command("version", "Prints the version of etcdctl").group(UTILITY),
                        lease(),
                        member(),
                        snapshot(),
                        makeMirror(),
                        lock(),
                        elect(),
                        auth(),
                        user(),
                        role(),
                        check(),
                        completion(),
                        downgrade(),
                        new Command("options", "Show the global command-line flags").group(UTILITY),
                        CommandLine.helpCommand().text(CommandTexts.HELP).group(UTILITY));
    }

    private static Option[] programOptions() {
        return new Option[] {
            new Option("endpoints", "", ValueKind.STRINGS, "127.0.0.1:2379", "gRPC endpoints"),
            bool("debug", "enable client-side debug logging"),
            new Option(
                            "write-out",
                            "w",
                            ValueKind.STRING,
                            "simple",
                            "set the output format (fields, json, protobuf, simple, table)")
                    .offering("fields", "json", "protobuf", "simple", "table"),
            bool("hex", "print byte strings as hex encoded strings"),
            new Option(
                    "dial-timeout",
                    "",
                    ValueKind.DURATION,
                    "2s",
                    "dial timeout for client connections"),
            new Option(
                    "command-timeout",
                    "",
                    ValueKind.DURATION,
                    "5s",
                    "timeout for short running command (excluding dial timeout)"),
            new Option(
                    "keepalive-time",
                    "",
                    ValueKind.DURATION,
                    "2s",
                    "keepalive time for client connections"),
            new Option(
                    "keepalive-timeout",
                    "",
                    ValueKind.DURATION,
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
            new Option(
                    "insecure-transport",
                    "",
                    ValueKind.BOOL,
                    "true",
                    "disable transport security for client connections"),
            new Option(
                    "insecure-discovery",
                    "",
                    ValueKind.BOOL,
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
            new Option(
                    "discovery-srv",
                    "d",
                    ValueKind.STRING,
                    "",
                    "domain name to query for SRV records describing cluster endpoints"),
            string("discovery-srv-name", "", "service name to query when using DNS discovery"),
        };
    }

    private static Command get() {
        return new Command("get [options] <key> [range_end]", "Gets the key or a range of keys")
                .group(KEYS)
                .options(
                        string("consistency", "l", "Linearizable(l) or Serializable(s)")
                                .offering("l", "s"),
                        string(
                                        "order",
                                        "",
                                        "Order of results; ASCEND or DESCEND (ASCEND by default)")
                                .offering("ASCEND", "DESCEND"),
                        string("sort-by", "", "Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION")
                                .offering("CREATE", "KEY", "MODIFY", "VALUE", "VERSION"),
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
                .options(
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
                .options(
                        bool("prefix", "delete keys with matching prefix"),
                        bool("prev-kv", "return deleted key-value pairs"),
                        bool(
                                "from-key",
                                "delete keys that are greater than or equal to the given key using"
                                        + " byte compare"),
                        bool("range", "delete range of keys"));
    }

    private static Command txn() {
        return new Command("txn [options]", "Txn processes all the requests in one transaction")
                .text(CommandTexts.TXN)
                .group(KEYS)
                .options(
                        new Option(
                                "interactive",
                                "i",
                                ValueKind.BOOL,
                                "false",
                                "Input transaction in interactive mode"));
    }

    private static Command compaction() {
        return new Command("compaction [options] <revision>", "Compacts the event history in etcd")
                .group(KEYS)
                .options(
                        bool(
                                "physical",
                                "'true' to wait for compaction to physically remove all old"
                                        + " revisions"));
    }

    private static Command alarm() {
        return new Command("alarm", "Alarm related commands")
                .group(CLUSTER)
                .children(
                        new Command("disarm", "Disarms all alarms"),
                        new Command("list", "Lists all alarms"));
    }

    private static Command defrag() {
        return new Command(
                        "defrag",
                        "Defragments the storage of the etcd members with given endpoints")
                .group(CLUSTER)
                .options(bool("cluster", "use all endpoints from the cluster member list"));
    }

    private static Command endpoint() {
        return new Command("endpoint", "Endpoint related commands")
                .group(CLUSTER)
                .inheritable(bool("cluster", "use all endpoints from the cluster member list"))
                .children(
                        new Command(
                                "health",
                                "Checks the healthiness of endpoints specified in `--endpoints`"
                                        + " flag"),
                        new Command(
                                        "status",
                                        "Prints out the status of endpoints specified in"
                                                + " `--endpoints` flag")
                                .text(CommandTexts.ENDPOINT_STATUS),
                        new Command(
                                        "hashkv",
                                        "Prints the KV history hash for each endpoint in"
                                                + " --endpoints")
                                .options(
                                        integer(
                                                "rev",
                                                0,
                                                "maximum revision to hash (default: latest"
                                                        + " revision)")));
    }

    private static Command watch() {
        return new Command(
                        "watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2"
                                + " ...]",
                        "Watches events stream on keys or prefixes")
                .group(KEYS)
                .options(
                        new Option("interactive", "i", ValueKind.BOOL, "false", "Interactive mode"),
                        bool("prefix", "Watch on a prefix if prefix is set"),
                        integer("rev", 0, "Revision to start watching"),
                        bool("prev-kv", "get the previous key-value pair before the event happens"),
                        bool(
                                "progress-notify",
                                "get periodic watch progress notification from server"));
    }

    private static Command lease() {
        return new Command("lease", "Lease related commands")
                .group(KEYS)
                .children(
                        new Command("grant <ttl>", "Creates leases"),
                        new Command("revoke <leaseID>", "Revokes leases"),
                        new Command("timetolive <leaseID> [options]", "Get lease information")
                                .options(bool("keys", "Get keys attached to this lease")),
                        new Command("list", "List all active leases"),
                        new Command("keep-alive [options] <leaseID>", "Keeps leases alive (renew)")
                                .options(
                                        bool(
                                                "once",
                                                "Resets the keep-alive time to its original value"
                                                        + " and cobrautl.Exits immediately")));
    }

    private static Command member() {
        return new Command("member", "Membership related commands")
                .group(CLUSTER)
                .children(
                        new Command("add <memberName> [options]", "Adds a member into the cluster")
                                .options(
                                        string(
                                                "peer-urls",
                                                "",
                                                "comma separated peer URLs for the new member."),
                                        bool(
                                                "learner",
                                                "indicates if the new member is raft learner")),
                        new Command("remove <memberID>", "Removes a member from the cluster"),
                        new Command(
                                        "update <memberID> [options]",
                                        "Updates a member in the cluster")
                                .options(
                                        string(
                                                "peer-urls",
                                                "",
                                                "comma separated peer URLs for the updated"
                                                        + " member.")),
                        new Command("list", "Lists all members in the cluster")
                                .text(CommandTexts.MEMBER_LIST)
                                .options(
                                        string(
                                                "consistency",
                                                "l",
                                                "Linearizable(l) or Serializable(s)")),
                        new Command(
                                        "promote <memberID>",
                                        "Promotes a non-voting member in the cluster")
                                .text(CommandTexts.MEMBER_PROMOTE));
    }

    private static Command snapshot() {
        return new Command("snapshot", "Manages etcd node snapshots")
                .group(CLUSTER)
                .example(CommandTexts.SNAPSHOT_EXAMPLE)
                .listedPlainly()
                .children(
                        new Command(
                                        "save <filename>",
                                        "Stores an etcd node backend snapshot to a given file")
                                .example(CommandTexts.SNAPSHOT_EXAMPLE));
    }

    private static Command makeMirror() {
        return new Command(
                        "make-mirror [options] <destination>",
                        "Makes a mirror at the destination etcd cluster")
                .group(UTILITY)
                .options(
                        string("prefix", "", "Key-value prefix to mirror"),
                        integer("rev", 0, "Specify the kv revision to start to mirror"),
                        new Option(
                                "max-txn-ops",
                                "",
                                ValueKind.UINT,
                                "128",
                                "Maximum number of operations permitted in a transaction during"
                                        + " syncing updates."),
                        string(
                                "dest-prefix",
                                "",
                                "destination prefix to mirror a prefix to a different prefix in"
                                        + " the destination cluster"),
                        bool(
                                "no-dest-prefix",
                                "mirror key-values to the root of the destination cluster"),
                        string(
                                "dest-cert",
                                "",
                                "Identify secure client using this TLS certificate file for the"
                                        + " destination cluster"),
                        string("dest-key", "", "Identify secure client using this TLS key file"),
                        string(
                                "dest-cacert",
                                "",
                                "Verify certificates of TLS enabled secure servers using this CA"
                                        + " bundle"),
                        new Option(
                                "dest-insecure-transport",
                                "",
                                ValueKind.BOOL,
                                "true",
                                "Disable transport security for client connections"),
                        string(
                                "dest-user",
                                "",
                                "Destination username[:password] for authentication (prompt if"
                                        + " password is not supplied)"),
                        string(
                                "dest-password",
                                "",
                                "Destination password for authentication (if this option is used,"
                                        + " --user option shouldn't include password)"));
    }

    private static Command lock() {
        return new Command("lock <lockname> [exec-command arg1 arg2 ...]", "Acquires a named lock")
                .group(CONCURRENCY)
                .options(integer("ttl", 10, "timeout for session"));
    }

    private static Command elect() {
        return new Command(
                        "elect <election-name> [proposal]",
                        "Observes and participates in leader election")
                .group(CONCURRENCY)
                .options(new Option("listen", "l", ValueKind.BOOL, "false", "observation mode"));
    }

    private static Command auth() {
        return new Command("auth", "Enable or disable authentication")
                .group(AUTH)
                .children(
                        new Command("enable", "Enables authentication"),
                        new Command("disable", "Disables authentication"),
                        new Command("status", "Returns authentication status"));
    }

    private static Command user() {
        return new Command("user", "User related commands")
                .group(AUTH)
                .children(
                        new Command("add <user name or user:password> [options]", "Adds a new user")
                                .options(
                                        new Option(
                                                "interactive",
                                                "",
                                                ValueKind.BOOL,
                                                "true",
                                                "Read password from stdin instead of interactive"
                                                        + " terminal"),
                                        string(
                                                "new-user-password",
                                                "",
                                                "Supply password from the command line flag"),
                                        bool(
                                                "no-password",
                                                "Create a user without password (CN based auth"
                                                        + " only)")),
                        new Command("delete <user name>", "Deletes a user"),
                        new Command(
                                        "get <user name> [options]",
                                        "Gets detailed information of a user")
                                .options(
                                        bool(
                                                "detail",
                                                "Show permissions of roles granted to the user")),
                        new Command("list", "Lists all users"),
                        new Command("passwd <user name> [options]", "Changes password of user")
                                .options(
                                        new Option(
                                                "interactive",
                                                "",
                                                ValueKind.BOOL,
                                                "true",
                                                "If true, read password from stdin instead of"
                                                        + " interactive terminal")),
                        new Command(
                                "grant-role <user name> <role name>", "Grants a role to a user"),
                        new Command(
                                "revoke-role <user name> <role name>",
                                "Revokes a role from a user"));
    }

    private static Command role() {
        return new Command("role", "Role related commands")
                .group(AUTH)
                .children(
                        new Command("add <role name>", "Adds a new role"),
                        new Command("delete <role name>", "Deletes a role"),
                        new Command("get <role name>", "Gets detailed information of a role"),
                        new Command("list", "Lists all roles"),
                        new Command(
                                        "grant-permission [options] <role name> <permission type>"
                                                + " <key> [endkey]",
                                        "Grants a key to a role")
                                .options(
                                        bool("prefix", "grant a prefix permission"),
                                        bool(
                                                "from-key",
                                                "grant a permission of keys that are greater than"
                                                        + " or equal to the given key using byte"
                                                        + " compare")),
                        new Command(
                                        "revoke-permission <role name> <key> [endkey]",
                                        "Revokes a key from a role")
                                .options(
                                        bool("prefix", "revoke a prefix permission"),
                                        bool(
                                                "from-key",
                                                "revoke a permission of keys that are greater than"
                                                        + " or equal to the given key using byte"
                                                        + " compare")));
    }

    private static Command check() {
        return new Command("check", "commands for checking properties of the etcd cluster")
                .group(UTILITY)
                .children(
                        new Command("perf [options]", "Check the performance of the etcd cluster")
                                .options(
                                        load(CommandTexts.PERF_LOAD),
                                        string(
                                                "prefix",
                                                "/etcdctl-check-perf/",
                                                "The prefix for writing the performance check's"
                                                        + " keys."),
                                        bool("auto-compact", CommandTexts.AUTO_COMPACT),
                                        bool("auto-defrag", CommandTexts.AUTO_DEFRAG)),
                        new Command("datascale [options]", CommandTexts.DATASCALE)
                                .text(CommandTexts.DATASCALE_LONG)
                                .options(
                                        load(CommandTexts.DATASCALE_LOAD),
                                        string(
                                                "prefix",
                                                "/etcdctl-check-datascale/",
                                                "The prefix for writing the datascale check's"
                                                        + " keys."),
                                        bool("auto-compact", CommandTexts.AUTO_COMPACT),
                                        bool("auto-defrag", CommandTexts.AUTO_DEFRAG)));
    }

    private static Option load(String help) {
        return string("load", "s", help).offering("small", "medium", "large", "xLarge");
    }

    private static Command completion() {
        return CommandLine.completionCommand().text(CommandTexts.COMPLETION).group(UTILITY);
    }

    private static Command downgrade() {
        return new Command("downgrade", "Downgrade related commands")
                .group(CLUSTER)
                .children(
                        new Command(
                                "validate <TARGET_VERSION>",
                                "Validate downgrade capability before starting downgrade"),
                        new Command(
                                "enable <TARGET_VERSION>", "Start a downgrade action to cluster"),
                        new Command("cancel", "Cancel the ongoing downgrade action to cluster"));
    }
}
