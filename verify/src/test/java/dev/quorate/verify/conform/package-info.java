/**
 * Compares what Quorate answers with what real etcd answers, through programs that we did not write.
 *
 * <pre>
 *   resources/conform/*.script ──► Session(reference server, reference etcdctl) ──► Outcome ─┐
 *                              └─► Session(target server, etcdctl)              ──► Outcome ─┴─► equal after Normalizer?
 *
 *   random operations ──► gRPC ──► reference ──► answers ─┐
 *                     └─► gRPC ──► target    ──► answers ─┴─► equal?
 *
 *   clients of other languages ──► target: each asserts for itself, and is proved against real etcd
 * </pre>
 *
 * <p>The target is Quorate's own launcher, or what {@code -Dconform.target} names: run with {@code etcd37} the whole
 * suite compares real etcd with itself, which shows that a difference is never the harness's own. Every process listens
 * on a free loopback port and keeps its files in a temporary directory.
 *
 * <p>What it does not do: install the programs ({@code interop/setup} does), judge speed ({@code bench} does), or
 * explore faults (the simulator does).
 */
@NullMarked
package dev.quorate.verify.conform;

import org.jspecify.annotations.NullMarked;
