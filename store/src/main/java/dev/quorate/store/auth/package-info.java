/**
 * Users, roles, permissions and tokens: who may do what.
 *
 * <pre>
 *   user ──has──► roles ──grant──► READ | WRITE on [key, end)     merged per user into disjoint intervals
 * </pre>
 *
 * <p>Changes arrive through the log and are the same on every member, as is the auth revision, which every change raises by one. A request
 * carries the user and the auth revision under which it was checked; if the revision has moved on when the request is applied, it is
 * refused and the client has to come back. The same checks are asked twice: by the gate in front of the log, and again when an entry is
 * applied.
 *
 * <p>It does not hash passwords for new requests (the proposer does, away from the apply thread) and does not know of transport.
 */
@NullMarked
package dev.quorate.store.auth;

import org.jspecify.annotations.NullMarked;
