/**
 * Counts what happens and prints it in Prometheus' text format, with exactly the names that etcd's dashboards ask for.
 *
 * <p>General metrics libraries append {@code _total} to counters and strip it from gauges; etcd's names follow neither habit
 * ({@code etcd_server_health_failures} is a counter, {@code etcd_debugging_mvcc_keys_total} a gauge). Here a name is printed as it
 * was given. One family of the text, as {@code GET /metrics} shows it:
 *
 * <pre>
 *   # HELP etcd_server_has_leader Whether or not a leader exists. 1 is existence, 0 is not.
 *   # TYPE etcd_server_has_leader gauge
 *   etcd_server_has_leader 1
 *    ^name                 ^value, as Go's 'g' format writes it
 *   grpc_server_started_total{grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 7
 *                             ^labels, sorted by name
 * </pre>
 *
 * <p>Families are sorted by name and their members by label values. Counting never blocks and takes no lock.
 *
 * <p>Does not open a port, keep time, aggregate over time or push anywhere; which metrics exist is said by those who count.
 */
@NullMarked
package dev.quorate.metrics;

import org.jspecify.annotations.NullMarked;
