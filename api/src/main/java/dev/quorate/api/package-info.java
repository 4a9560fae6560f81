/**
 * Opens the ports on which clients reach a member, and says which protocol answers what.
 *
 * <pre>
 *                      ┌ HTTP/2, application/grpc ─► {@link dev.quorate.api.grpc}  ─┐
 *   one port ── bytes ─┤                                                    ├─► Services
 *   (plain or TLS)     └ HTTP/1.1 or HTTP/2 ─► access control ─┬─ /v3/* ─► {@link dev.quorate.api.json}
 *                                                             ├─ /health, /metrics, ... ─► {@link dev.quorate.api.ops}
 *                                                             └─ routes of others (v2, console)
 * </pre>
 *
 * <p>Which bytes are HTTP/2 is seen from the connection's first 24 bytes, or agreed on by ALPN inside TLS.
 *
 * <p>Does not know what a method means, does not read configuration files, and does not serve peers.
 */
@NullMarked
package dev.quorate.api;

import org.jspecify.annotations.NullMarked;
