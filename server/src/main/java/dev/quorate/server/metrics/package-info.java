/**
 * Names every number that a member publishes, so that whoever counts needs no strings.
 *
 * <pre>
 *   node, apply, watch ... ── count ──► {@link dev.quorate.server.metrics.ServerMetrics} fields
 *                                              │ registered in
 *                                              ▼
 *                                  {@link dev.quorate.metrics.Registry} ── text ──► GET /metrics
 * </pre>
 *
 * <p>Does not count anything itself and knows no endpoint. The {@code grpc_server_*} and {@code process_*} families belong to the
 * transport, which sees calls and the process.
 */
@NullMarked
package dev.quorate.server.metrics;

import org.jspecify.annotations.NullMarked;
