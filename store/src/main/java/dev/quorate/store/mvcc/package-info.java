/** Keys with all their revisions: the multi-version store that etcd's v3 API shows. */
@NullMarked
package dev.quorate.store.mvcc;

import org.jspecify.annotations.NullMarked;
