package dev.quorate.tools.etcd;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The address under which others probably reach this machine: the first IPv4 address of the interface of the default route. */
final class DefaultHost {
    private static final Path ROUTES = Path.of("/proc/net/route");

    private DefaultHost() {}

    /** Empty if there is no default route or the system does not tell. */
    static Optional<String> find() {
        try {
            return find(Files.readAllLines(ROUTES));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> find(List<String> routes) throws IOException {
        for (String route : routes) {
            String[] columns = route.split("\\s+", 3);
            if (columns.length > 1 && columns[1].equals("00000000")) {
                NetworkInterface card = NetworkInterface.getByName(columns[0]);
                if (card != null) {
                    return firstAddress(card);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstAddress(NetworkInterface card) {
        for (InetAddress address : Collections.list(card.getInetAddresses())) {
            if (address instanceof Inet4Address) {
                return Optional.of(address.getHostAddress());
            }
        }
        return Optional.empty();
    }
}
