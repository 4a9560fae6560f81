package dev.quorate.tools.etcd;

import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Url;
import dev.quorate.tools.flag.Lists;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The value of {@code --initial-cluster}: {@code name=url,name=url,...}, where a name may come again with another address. */
public final class InitialCluster {
    private InitialCluster() {}

    /**
     * The members in the order of their names.
     *
     * @throws InvalidConfigException in etcd's words
     */
    public static List<Bootstrap.Member> parse(String text) throws InvalidConfigException {
        Map<String, List<String>> byName = new TreeMap<>();
        for (String part : Lists.split(text)) {
            if (part.isBlank()) {
                continue;
            }
            // A name without an address has an empty one, and is refused for that.
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String url = equals < 0 ? "" : part.substring(equals + 1);
            byName.computeIfAbsent(name.strip(), _ -> new ArrayList<>()).add(url.strip());
        }
        List<Bootstrap.Member> members = new ArrayList<>();
        for (Map.Entry<String, List<String>> entry : byName.entrySet()) {
            try {
                members.add(new Bootstrap.Member(entry.getKey(), Url.parseAll(entry.getValue())));
            } catch (IllegalArgumentException e) {
                throw new InvalidConfigException(
                        "error setting up initial cluster: " + e.getMessage());
            }
        }
        return members;
    }
}
