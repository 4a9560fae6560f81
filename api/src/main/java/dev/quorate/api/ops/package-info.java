/**
 * Answers the operator: is the member well, which version is it, what does it count; and keeps strange web pages out.
 *
 * <pre>
 *   /version  /health  /livez[/check]  /readyz[/check]  /metrics  /debug/vars
 *
 *   GET /readyz?verbose&amp;exclude=non_learner      200                     503
 *                                                [+]data_corruption ok   [+]data_corruption ok
 *                                                [+]serializable_read ok [-]serializable_read failed: reason
 *                                                ok
 * </pre>
 *
 * <p>Paths, texts, status codes and headers are those of etcd 3.7.1.
 *
 * <p>Does not decide what healthy means: the checks belong to {@link dev.quorate.server.service.Services.Health}. Does not open ports.
 */
@NullMarked
package dev.quorate.api.ops;

import org.jspecify.annotations.NullMarked;
