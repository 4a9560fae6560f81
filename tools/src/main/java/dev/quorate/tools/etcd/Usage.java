package dev.quorate.tools.etcd;

/** What is printed on standard error with the help and after a command line that cannot be read. */
final class Usage {
    static final String TEXT =
            """
            Usage:

              etcd [flags]
                Start an etcd server.

              etcd --version
                Show the version of etcd.

              etcd -h | --help
                Show the help information about etcd.

              etcd --config-file
                Path to the server configuration file. Note that if a configuration file is provided, other command line flags and environment variables will be ignored.
                Duration-typed fields (for example --heartbeat-interval, --election-timeout,
                --watch-progress-notify-interval) must be specified as integer nanoseconds
                in the JSON/YAML file (e.g. 600000000000 for 10m); human-readable strings
                such as "10m" are only accepted on the command line.

              etcd gateway
                Run the stateless pass-through etcd TCP connection forwarding proxy.

              etcd grpc-proxy
                Run the stateless etcd v3 gRPC L7 reverse proxy.

            """;

    private Usage() {}
}
