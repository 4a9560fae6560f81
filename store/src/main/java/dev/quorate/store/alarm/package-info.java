/**
 * Alarms: NOSPACE and CORRUPT, raised per member, felt by all.
 *
 * <pre>
 *   bucket alarm    AlarmMember{memberID, alarm} → nothing
 * </pre>
 *
 * <p>It does not decide when to raise one, nor what is refused while one is up: the state machine does.
 */
@NullMarked
package dev.quorate.store.alarm;

import org.jspecify.annotations.NullMarked;
