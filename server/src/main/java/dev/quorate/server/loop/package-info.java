/**
 * Owners of state and how they run: each {@link dev.quorate.server.loop.Worker} owns what it touches and takes its input from one
 * {@link dev.quorate.server.loop.Mailbox}.
 *
 * <pre>
 *   any thread ──post──► Mailbox ──poll──► Worker.work(now)   on its own named thread, or called by a simulator
 * </pre>
 *
 * <p>A {@link dev.quorate.server.loop.SharedWorker} lets whoever posts take its turn where that is cheaper than to wake its thread.
 *
 * <p>A worker never waits for another one; it says when it wants to be called again. What this package does not do: decide what the work is.
 */
@NullMarked
package dev.quorate.server.loop;

import org.jspecify.annotations.NullMarked;
