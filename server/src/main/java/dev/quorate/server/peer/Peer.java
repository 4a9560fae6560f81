package dev.quorate.server.peer;

import java.util.List;

/**
 * Another member, as a transport needs it.
 *
 * @param urls where it listens for members, any of which will do
 */
public record Peer(long id, List<String> urls) {
    public Peer {
        urls = List.copyOf(urls);
    }
}
