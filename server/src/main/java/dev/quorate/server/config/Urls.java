package dev.quorate.server.config;

import java.util.List;

/**
 * Where a member listens and what it tells others.
 *
 * @param listenPeer sockets of the peer protocol
 * @param listenClient sockets for clients, gRPC and (unless {@code listenClientHttp} is given) HTTP
 * @param listenClientHttp sockets for HTTP only; if there are any, {@code listenClient} serves gRPC only
 * @param listenMetrics more sockets for metrics and health
 * @param advertisePeer addresses that other members use; part of the member's identity
 * @param advertiseClient addresses that the member list shows to clients
 */
public record Urls(
        List<Url> listenPeer,
        List<Url> listenClient,
        List<Url> listenClientHttp,
        List<Url> listenMetrics,
        List<Url> advertisePeer,
        List<Url> advertiseClient) {

    public Urls {
        listenPeer = List.copyOf(listenPeer);
        listenClient = List.copyOf(listenClient);
        listenClientHttp = List.copyOf(listenClientHttp);
        listenMetrics = List.copyOf(listenMetrics);
        advertisePeer = List.copyOf(advertisePeer);
        advertiseClient = List.copyOf(advertiseClient);
    }

    /** {@code localhost} with the ports 2380 and 2379. */
    public static Urls defaults() {
        return of(Url.of("http", "localhost", 2380), Url.of("http", "localhost", 2379));
    }

    /** One peer and one client address, listened on and advertised. */
    public static Urls of(Url peer, Url client) {
        return new Urls(
                List.of(peer),
                List.of(client),
                List.of(),
                List.of(),
                List.of(peer),
                List.of(client));
    }
}
