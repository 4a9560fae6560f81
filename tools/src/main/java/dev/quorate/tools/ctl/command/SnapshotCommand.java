package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.SnapshotRequest;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.print.Sizes;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** {@code snapshot save}: writes beside the file, checks the sum, and only then gives it its name. */
final class SnapshotCommand {
    private static final int SUM_BYTES = 32;

    private SnapshotCommand() {}

    static void save(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("snapshot save expects one argument <filename>");
        }
        String name = run.arguments().getFirst();
        run.logAs("client");
        List<String> endpoints = client(run).endpoints();
        if (endpoints.size() != 1) {
            throw new CtlException(
                    ExitCode.INTERRUPTED,
                    "snapshot must be requested to one selected node, not multiple ["
                            + String.join(" ", endpoints)
                            + "]");
        }
        String version = save(run, name, endpoints.getFirst());
        run.out().line("Snapshot saved at " + name);
        if (!version.isEmpty()) {
            run.out().line("Server version " + version);
        }
    }

    private static Client client(Run run) {
        try {
            return run.unlimitedClient();
        } catch (CtlException e) {
            throw e.exit() == ExitCode.BAD_CONNECTION
                    ? new CtlException(ExitCode.INTERRUPTED, e.getMessage())
                    : e;
        }
    }

    /** None unless it was asked for: a snapshot takes as long as it takes. */
    private static Deadline deadline(Run run) {
        return run.values().isSet("command-timeout")
                ? Deadline.in(run.commandTimeout())
                : Deadline.never();
    }

    private static StreamCall<SnapshotRequest, SnapshotResponse> open(Run run, Log client) {
        try {
            return run.unlimitedClient().maintenance().snapshot(deadline(run));
        } catch (RpcException e) {
            client.error("streamer failed to create ClientStream", "error", e.goText());
            throw new CtlException(ExitCode.INTERRUPTED, Failures.text(e));
        }
    }

    private static String save(Run run, String name, String endpoint) {
        Log log = CtlLog.of(run, "");
        Log client = CtlLog.of(run, "client");
        long start = System.nanoTime();
        String part = name + ".part";
        try {
            Fetched fetched;
            try (FileOutputStream file = new FileOutputStream(part)) {
                log.info("created temporary db file", "path", part);
                fetched = fetch(run, client, log, endpoint, file);
                file.getFD().sync();
            }
            log.info(
                    "fetched snapshot",
                    "endpoint",
                    endpoint,
                    "size",
                    Sizes.text(fetched.size()),
                    "took",
                    ClusterCommands.took(start),
                    "etcd-version",
                    fetched.version());
            Files.move(Path.of(part), Path.of(name), StandardCopyOption.ATOMIC_MOVE);
            log.info("saved", "path", name);
            return fetched.version();
        } catch (FileNotFoundException e) {
            throw new CtlException(
                    ExitCode.INTERRUPTED,
                    "could not open " + part + " (" + GoErrors.text("open", part, e) + ")");
        } catch (IOException | InvalidPathException e) {
            throw failed(part, String.valueOf(e.getMessage()));
        } catch (RpcException e) {
            throw failed(part, e.goText());
        } catch (CtlException e) {
            throw failed(part, e.getMessage());
        }
    }

    private static CtlException failed(String part, String why) {
        try {
            Files.deleteIfExists(Path.of(part));
        } catch (IOException | InvalidPathException e) {
            return new CtlException(ExitCode.INTERRUPTED, why);
        }
        return new CtlException(ExitCode.INTERRUPTED, why);
    }

    private record Fetched(long size, String version) {}

    private static Fetched fetch(
            Run run, Log client, Log log, String endpoint, FileOutputStream file)
            throws IOException {
        MessageDigest sum = sha256();
        ByteString tail = ByteString.EMPTY;
        long size = 0;
        String version = "";
        try (StreamCall<SnapshotRequest, SnapshotResponse> stream = open(run, client)) {
            client.info("opened snapshot stream; downloading");
            SnapshotResponse piece;
            while ((piece = stream.next()) != null) {
                if (size == 0) {
                    log.info("fetching snapshot", "endpoint", endpoint);
                }
                version = piece.getVersion().isEmpty() ? version : piece.getVersion();
                size += piece.getBlob().size();
                // The last octets are the sum of all before, so some are held back.
                ByteString known = tail.concat(piece.getBlob());
                int keep = Math.min(SUM_BYTES, known.size());
                ByteString data = known.substring(0, known.size() - keep);
                sum.update(data.asReadOnlyByteBuffer());
                data.writeTo(file);
                tail = known.substring(known.size() - keep);
            }
        } catch (RpcException e) {
            client.warn("failed to receive from snapshot stream; closing", "error", e.goText());
            throw e;
        }
        client.info("completed snapshot read; closing");
        if (tail.size() < SUM_BYTES || size % 512 != SUM_BYTES) {
            throw new CtlException(
                    ExitCode.INTERRUPTED, "sha256 checksum not found [bytes: " + size + "]");
        }
        if (!MessageDigest.isEqual(sum.digest(), tail.toByteArray())) {
            throw new CtlException(
                    ExitCode.INTERRUPTED, "sha256 checksum of the snapshot does not match");
        }
        tail.writeTo(file);
        return new Fetched(size, version);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
