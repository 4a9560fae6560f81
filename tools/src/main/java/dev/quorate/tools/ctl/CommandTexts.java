package dev.quorate.tools.ctl;

/** The longer texts of help: etcdctl's, which users and documents quote. */
final class CommandTexts {
    static final String PERF_LOAD =
            "The performance check's workload model. Accepted workloads: s(small), m(medium),"
                    + " l(large), xl(xLarge). Different workload models use different"
                    + " configurations in terms of number of clients and expected throughput.";
    static final String DATASCALE_LOAD =
            "The datascale check's workload model. Accepted workloads: s(small), m(medium),"
                    + " l(large), xl(xLarge)";
    static final String DATASCALE =
            "Check the memory usage of holding data for different workloads on a given server"
                    + " endpoint.";
    static final String AUTO_COMPACT = "Compact storage with last revision after test is finished.";
    static final String AUTO_DEFRAG = "Defragment storage after test is finished.";

    static final String PUT =
            """

            Puts the given key into the store.

            When <value> begins with '-', <value> is interpreted as a flag.
            Insert '--' for workaround:

            $ put <key> -- <value>
            $ put -- <key> <value>

            If <value> isn't given as a command line argument and '--ignore-value' is not specified,
            this command tries to read the value from standard input.

            If <lease> isn't given as a command line argument and '--ignore-lease' is not specified,
            this command tries to read the value from standard input.

            For example,
            $ cat file | put <key>
            will store the content of the file to <key>.\
            """;

    static final String TXN =
            """
            Txn reads multiple etcd requests from standard input and applies them as a single atomic transaction.

            A transaction consists of three components:
            1) a list of conditions,
            2) a list of requests to apply if all the conditions are true,
            3) a list of requests to apply if any condition is false.

            Example interactive stdin usage:

            ---
            etcdctl txn -i
            # compares:
            mod("key1") > "0"

            # success requests (get, put, delete):
            put key1 "overwrote-key1"

            # failure requests (get, put, delete):
            put key1 "created-key1"
            put key2 "some extra key"
            ---

            Refer to https://github.com/etcd-io/etcd/blob/main/etcdctl/README.md#txn-options.\
            """;

    static final String ENDPOINT_STATUS =
            """
            When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.
            The items in the lists are endpoint, ID, version, db size, is leader, is learner, raft term, raft index, raft applied index, errors.\
            """;

    static final String MEMBER_LIST =
            """
            When --write-out is set to simple, this command prints out comma-separated member lists for each endpoint.
            The items in the lists are ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.\
            """;

    static final String MEMBER_PROMOTE =
            """
            Promotes a non-voting learner member to a voting one in the cluster.\
            """;

    static final String HELP =
            """
            Help provides help for any command in the application.
            Simply type etcdctl help [path to command] for full details.\
            """;

    static final String COMPLETION =
            """
            To load completions:

            Bash:

              $ source <(etcdctl completion bash)

              # To load completions for each session, execute once:
              # Linux:
              $ etcdctl completion bash > /etc/bash_completion.d/etcdctl
              # macOS:
              $ etcdctl completion bash > /usr/local/etc/bash_completion.d/etcdctl

            Zsh:

              # If shell completion is not already enabled in your environment,
              # you will need to enable it.  You can execute the following once:

              $ echo "autoload -U compinit; compinit" >> ~/.zshrc

              # To load completions for each session, execute once:
              $ etcdctl completion zsh > "${fpath[1]}/_etcdctl"

              # You will need to start a new shell for this setup to take effect.

            fish:

              $ etcdctl completion fish | source

              # To load completions for each session, execute once:
              $ etcdctl completion fish > ~/.config/fish/completions/etcdctl.fish

            PowerShell:

              PS> etcdctl completion powershell | Out-String | Invoke-Expression

              # To load completions for every new session, run:
              PS> etcdctl completion powershell > etcdctl.ps1
              # and source this file from your PowerShell profile.\
            """;

    static final String DATASCALE_LONG =
            """
            If no endpoint is provided, localhost will be used. If multiple endpoints are provided, first endpoint will be used.\
            """;

    static final String SNAPSHOT_EXAMPLE =
            """
              # Save snapshot to a given file
              etcdctl snapshot save /backup/etcd-snapshot.db
             \s
              # Get snapshot from given address and save it to file
              etcdctl snapshot save --endpoints=127.0.0.1:3000 /backup/etcd-snapshot.db
             \s
              # Get snapshot from given address with certificates
              etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/ca.crt --cert=/etc/etcd/etcd.crt --key=/etc/etcd/etcd.key snapshot save /backup/etcd-snapshot.db
             \s
              # Get snapshot with certain user and password
              etcdctl --user=root --password=password123 snapshot save /backup/etcd-snapshot.db
             \s
              # Get snapshot from given address with timeout
              etcdctl --endpoints=https://127.0.0.1:2379 --dial-timeout=20s snapshot save /backup/etcd-snapshot.db
             \s
              # Save snapshot with desirable time format
              etcdctl snapshot save /mnt/backup/etcd/backup_$(date +%Y%m%d_%H%M%S).db\
            """;

    private CommandTexts() {}
}
