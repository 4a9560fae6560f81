/**
 * Brings work from the member's threads back onto the event loop that owns a connection, many pieces per wake-up.
 *
 * <pre>
 *   apply thread ──┐                          ┌► write answer 1 ┐
 *   read thread  ──┼─► {@link dev.quorate.api.loop.LoopQueue} ─┼► write answer 2 ┼─► one flush per connection
 *   ...          ──┘    one wake-up           └► write answer n ┘
 * </pre>
 *
 * <p>Does not create threads and knows no protocol.
 */
@NullMarked
package dev.quorate.api.loop;

import org.jspecify.annotations.NullMarked;
