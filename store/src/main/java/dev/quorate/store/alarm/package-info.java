/** Alarms: NOSPACE and CORRUPT, raised per member, felt by all. */
@NullMarked
package dev.quorate.store.alarm;

import org.jspecify.annotations.NullMarked;
