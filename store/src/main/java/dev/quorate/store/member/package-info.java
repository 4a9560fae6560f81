/**
 * Who belongs to the cluster, who ever left it, and which version the cluster has agreed on.
 *
 * <p>Changes arrive as raft configuration changes with a member in JSON, checked by the same rules on every member; a refused change is
 * given to raft as a change of node 0, which does nothing. Names and client URLs are published by the members themselves afterwards.
 *
 * <pre>
 *   bucket members          8e9e05c52164694d → {"id":…,"peerURLs":[…],"isLearner":true,"name":"…","clientURLs":[…]}
 *   bucket members_removed  8e9e05c52164694d → removed
 *   bucket cluster          clusterVersion → 3.7.0      downgrade → {"target-version":"3.6.0","enabled":true}
 *   bucket meta             confState → {"voters":[…],"learners":[…],"auto_leave":false}
 * </pre>
 *
 * <p>It does not judge whether a change is wise (enough started members, healthy connections): the proposer does.
 */
@NullMarked
package dev.quorate.store.member;

import org.jspecify.annotations.NullMarked;
