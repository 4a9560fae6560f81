/**
 * Speaks gRPC on connections that already speak HTTP/2, for whatever {@link dev.quorate.server.service.Services} offers.
 *
 * <p>A connection's frames arrive at {@link dev.quorate.api.grpc.GrpcTransport}'s listener, which keeps the gRPC streams and passes the
 * others on to the HTTP server. One stream is one call:
 *
 * <pre>
 *   client                                             server
 *   HEADERS  :path=/etcdserverpb.KV/Put  grpc-timeout=5S  token=...
 *   DATA     ┌────────┬───────────────┬─────────┐
 *            │ 1 byte │ 4 bytes       │ n bytes │ one or more; a frame of HTTP/2 may hold several or a part
 *            │ zipped │ n, big-endian │ message │
 *            └────────┴───────────────┴─────────┘
 *                                          HEADERS  :status=200 content-type=application/grpc
 *                                          DATA     the same frame
 *                                          HEADERS  grpc-status=0          (trailers, end of stream)
 * </pre>
 *
 * <p>A refusal without a message is one HEADERS frame with {@code grpc-status} and {@code grpc-message}. The member answers on its own
 * threads; answers come back through a {@link dev.quorate.api.loop.LoopQueue} and are flushed together.
 *
 * <p>Texts of transport errors and the rules against too many pings are those of Go's server, because clients were tested against them.
 *
 * <p>Does not open ports, knows no method's meaning, and does not compress answers.
 */
@NullMarked
package dev.quorate.api.grpc;

import org.jspecify.annotations.NullMarked;
