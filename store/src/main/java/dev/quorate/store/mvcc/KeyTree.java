package dev.quorate.store.mvcc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ordered map from key to its newest {@link KeyVersion}: a B+tree whose published nodes never change.
 *
 * <p>The writer owns the nodes it has created since the last {@link #publish} and changes them in place; any other node it copies first,
 * together with the path to it. A published root is therefore a snapshot that any thread may read without a lock. Every node knows how
 * many live keys (newest version not a tombstone) are below it, so that counting a range takes logarithmic time.
 */
final class KeyTree {
    private static final int MAX_ENTRIES = 64;
    private static final int MERGE_BELOW = MAX_ENTRIES / 4;
    private static final int MERGED_MAX = MAX_ENTRIES * 3 / 4;

    /** Enough for more keys than fit any memory. */
    private static final int MAX_HEIGHT = 16;

    /** Receives the newest versions in key order. */
    interface Visitor {
        /** Takes one and says whether to go on. */
        boolean visit(KeyVersion newest);
    }

    /** A subtree. */
    abstract static sealed class Node permits Leaf, Inner {
        final long owner;
        int size;
        long live;

        Node(long owner) {
            this.owner = owner;
        }
    }

    private static final class Leaf extends Node {
        final byte[][] keys;
        final KeyVersion[] versions;

        Leaf(long owner) {
            super(owner);
            keys = new byte[MAX_ENTRIES][];
            versions = new KeyVersion[MAX_ENTRIES];
        }

        Leaf(long owner, Leaf from) {
            super(owner);
            keys = from.keys.clone();
            versions = from.versions.clone();
            size = from.size;
            live = from.live;
        }

        /** Position of {@code key}, or {@code -(insertion point) - 1}. */
        int find(byte[] key) {
            int low = 0;
            int high = size - 1;
            while (low <= high) {
                int mid = (low + high) >>> 1;
                int order = Arrays.compareUnsigned(keys[mid], key);
                if (order < 0) {
                    low = mid + 1;
                } else if (order > 0) {
                    high = mid - 1;
                } else {
                    return mid;
                }
            }
            return -low - 1;
        }
    }

    private static final class Inner extends Node {
        /** {@code lows[i]} is not above any key of child i and above every key of child i - 1; {@code lows[0]} is not used. */
        final byte[][] lows;

        final Node[] children;

        Inner(long owner) {
            super(owner);
            lows = new byte[MAX_ENTRIES][];
            children = new Node[MAX_ENTRIES];
        }

        Inner(long owner, Inner from) {
            super(owner);
            lows = from.lows.clone();
            children = from.children.clone();
            size = from.size;
            live = from.live;
        }

        int childOf(byte[] key) {
            int low = 1;
            int high = size - 1;
            while (low <= high) {
                int mid = (low + high) >>> 1;
                if (Arrays.compareUnsigned(lows[mid], key) <= 0) {
                    low = mid + 1;
                } else {
                    high = mid - 1;
                }
            }
            return low - 1;
        }
    }

    /** Names the nodes that the writer may change in place. */
    private long edit;

    private Node root = new Leaf(edit);

    // The path of the latest seek: inner nodes from the root down, and the position taken in each.
    private final @Nullable Inner[] path = new Inner[MAX_HEIGHT];
    private final int[] taken = new int[MAX_HEIGHT];
    private int height;
    private @Nullable Leaf seekLeaf;
    private int seekAt;

    // What the latest split left to insert one level up.
    private @Nullable Node splitRight;
    private byte[] splitLow = new byte[0];

    /** The tree as it is; unchanging only after {@link #publish}. */
    Node root() {
        return root;
    }

    /** Gives up the right to change the nodes created so far and returns the root of what is now a snapshot. */
    Node publish() {
        edit++;
        seekLeaf = null;
        return root;
    }

    /** The newest version of a key, and the place for the next {@link #put} or {@link #remove}. */
    @Nullable KeyVersion seek(byte[] key) {
        Node at = root;
        int depth = 0;
        while (at instanceof Inner inner) {
            int child = inner.childOf(key);
            path[depth] = inner;
            taken[depth++] = child;
            at = inner.children[child];
        }
        height = depth;
        Leaf leaf = (Leaf) at;
        seekLeaf = leaf;
        seekAt = leaf.find(key);
        return seekAt >= 0 ? leaf.versions[seekAt] : null;
    }

    /** Sets the newest version of the key last sought. */
    void put(KeyVersion version) {
        Leaf leaf = owned(sought());
        long before = leaf.live;
        splitRight = null;
        Node changed = leaf;
        long delta;
        if (seekAt >= 0) {
            delta = (long) live(version) - live(leaf.versions[seekAt]);
            leaf.versions[seekAt] = version;
            leaf.live = before + delta;
        } else {
            delta = live(version);
            insert(leaf, -seekAt - 1, version);
        }
        for (int d = height - 1; d >= 0; d--) {
            changed = replaceChild(d, changed, delta);
        }
        root = changed;
        if (splitRight != null) {
            growRoot(changed, splitRight);
        }
        seekLeaf = null;
    }

    /** Removes the key last sought, which must be present. */
    void remove() {
        Leaf leaf = owned(sought());
        long delta = -live(leaf.versions[seekAt]);
        int moved = leaf.size - seekAt - 1;
        System.arraycopy(leaf.keys, seekAt + 1, leaf.keys, seekAt, moved);
        System.arraycopy(leaf.versions, seekAt + 1, leaf.versions, seekAt, moved);
        leaf.size--;
        clearTail(leaf);
        leaf.live += delta;
        splitRight = null;
        Node changed = leaf;
        for (int d = height - 1; d >= 0; d--) {
            Inner inner = (Inner) replaceChild(d, changed, delta);
            shrinkChild(inner, taken[d]);
            changed = inner;
        }
        while (changed instanceof Inner inner && inner.size == 1) {
            changed = inner.children[0];
        }
        root = changed.size == 0 ? new Leaf(edit) : changed;
        seekLeaf = null;
    }

    /** The newest version of a key, or null. */
    static @Nullable KeyVersion get(Node root, byte[] key) {
        Node at = root;
        while (at instanceof Inner inner) {
            at = inner.children[inner.childOf(key)];
        }
        Leaf leaf = (Leaf) at;
        int i = leaf.find(key);
        return i >= 0 ? leaf.versions[i] : null;
    }

    /** Visits the keys of a range in order; returns false if the visitor had enough. */
    static boolean scan(Node node, KeyRange range, Visitor visitor) {
        if (range.single()) {
            KeyVersion one = get(node, range.from());
            return one == null || visitor.visit(one);
        }
        return scan(node, range.from(), range.to(), visitor);
    }

    /** Number of live keys in a range. */
    static long countLive(Node root, KeyRange range) {
        if (range.single()) {
            KeyVersion one = get(root, range.from());
            return one == null ? 0 : live(one);
        }
        byte[] to = range.to();
        if (to == null) {
            return root.live - liveBelow(root, range.from());
        }
        if (Arrays.compareUnsigned(range.from(), to) >= 0) {
            return 0;
        }
        return liveBelow(root, to) - liveBelow(root, range.from());
    }

    private static long liveBelow(Node root, byte[] key) {
        Node at = root;
        long sum = 0;
        while (at instanceof Inner inner) {
            int child = inner.childOf(key);
            for (int i = 0; i < child; i++) {
                sum += inner.children[i].live;
            }
            at = inner.children[child];
        }
        Leaf leaf = (Leaf) at;
        int i = leaf.find(key);
        int end = i >= 0 ? i : -i - 1;
        for (int j = 0; j < end; j++) {
            sum += live(leaf.versions[j]);
        }
        return sum;
    }

    private static boolean scan(
            Node node, byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
        return switch (node) {
            case Leaf leaf -> scanLeaf(leaf, from, to, visitor);
            case Inner inner -> scanInner(inner, from, to, visitor);
        };
    }

    private static boolean scanInner(
            Inner inner, byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
        int first = from == null ? 0 : inner.childOf(from);
        for (int i = first; i < inner.size; i++) {
            if (i > first && to != null && Arrays.compareUnsigned(inner.lows[i], to) >= 0) {
                return true;
            }
            if (!scan(inner.children[i], i == first ? from : null, to, visitor)) {
                return false;
            }
        }
        return true;
    }

    private static boolean scanLeaf(
            Leaf leaf, byte @Nullable [] from, byte @Nullable [] to, Visitor visitor) {
        int at = from == null ? 0 : leaf.find(from);
        int end = leaf.size;
        if (to != null && end > 0 && Arrays.compareUnsigned(leaf.keys[end - 1], to) >= 0) {
            int cut = leaf.find(to);
            end = cut >= 0 ? cut : -cut - 1;
        }
        for (int i = at >= 0 ? at : -at - 1; i < end; i++) {
            if (!visitor.visit(leaf.versions[i])) {
                return false;
            }
        }
        return true;
    }

    private Leaf sought() {
        Leaf leaf = seekLeaf;
        if (leaf == null) {
            throw new IllegalStateException("no key was sought before the change");
        }
        return leaf;
    }

    private void insert(Leaf leaf, int at, KeyVersion version) {
        Leaf target = leaf;
        int position = at;
        if (leaf.size == MAX_ENTRIES) {
            // Ascending loads fill leaves: an insert at the very end starts a new leaf instead of
            // halving the old one.
            int keep = at == MAX_ENTRIES ? MAX_ENTRIES : MAX_ENTRIES / 2;
            Leaf right = new Leaf(edit);
            moveTail(leaf.keys, right.keys, keep);
            moveTail(leaf.versions, right.versions, keep);
            right.size = MAX_ENTRIES - keep;
            leaf.size = keep;
            leaf.live = sumLive(leaf);
            right.live = sumLive(right);
            if (at > keep || keep == MAX_ENTRIES) {
                target = right;
                position = at - keep;
            }
            splitRight = right;
        }
        int moved = target.size - position;
        System.arraycopy(target.keys, position, target.keys, position + 1, moved);
        System.arraycopy(target.versions, position, target.versions, position + 1, moved);
        target.keys[position] = version.key;
        target.versions[position] = version;
        target.size++;
        target.live += live(version);
        if (splitRight instanceof Leaf right) {
            splitLow = right.keys[0];
        }
    }

    /** Puts {@code child}, and what it split off, into the inner node at depth {@code d} of the path. */
    private Node replaceChild(int d, Node child, long delta) {
        Inner at = path[d];
        if (at == null) {
            throw new IllegalStateException("the path is shorter than the tree");
        }
        Inner inner = owned(at);
        inner.children[taken[d]] = child;
        inner.live += delta;
        Node right = splitRight;
        if (right != null) {
            splitRight = null;
            insertChild(inner, taken[d] + 1, splitLow, right);
        }
        return inner;
    }

    private void insertChild(Inner inner, int at, byte[] low, Node child) {
        Inner target = inner;
        int position = at;
        Inner right = null;
        if (inner.size == MAX_ENTRIES) {
            int keep = at == MAX_ENTRIES ? MAX_ENTRIES - 1 : MAX_ENTRIES / 2;
            right = new Inner(edit);
            moveTail(inner.lows, right.lows, keep);
            moveTail(inner.children, right.children, keep);
            right.size = MAX_ENTRIES - keep;
            inner.size = keep;
            if (at > keep) {
                target = right;
                position = at - keep;
            }
        }
        int moved = target.size - position;
        System.arraycopy(target.lows, position, target.lows, position + 1, moved);
        System.arraycopy(target.children, position, target.children, position + 1, moved);
        target.lows[position] = low;
        target.children[position] = child;
        target.size++;
        if (right != null) {
            inner.live = sumLive(inner);
            right.live = sumLive(right);
            splitLow = right.lows[0];
            splitRight = right;
        }
    }

    private void growRoot(Node left, Node right) {
        Inner top = new Inner(edit);
        top.children[0] = left;
        top.children[1] = right;
        top.lows[1] = splitLow;
        top.size = 2;
        top.live = sumLive(top);
        root = top;
    }

    /** Drops child {@code i} if it is empty, or merges it with a neighbour if both are small. */
    private void shrinkChild(Inner inner, int i) {
        Node child = inner.children[i];
        if (child.size == 0) {
            dropChild(inner, i);
            return;
        }
        if (child.size >= MERGE_BELOW || inner.size < 2) {
            return;
        }
        int left = i > 0 ? i - 1 : i;
        Node a = inner.children[left];
        Node b = inner.children[left + 1];
        if (a.size + b.size <= MERGED_MAX) {
            inner.children[left] = merge(a, b, inner.lows[left + 1]);
            dropChild(inner, left + 1);
        }
    }

    private Node merge(Node a, Node b, byte[] low) {
        if (a instanceof Leaf la && b instanceof Leaf lb) {
            Leaf merged = owned(la);
            System.arraycopy(lb.keys, 0, merged.keys, merged.size, lb.size);
            System.arraycopy(lb.versions, 0, merged.versions, merged.size, lb.size);
            merged.size += lb.size;
            merged.live += lb.live;
            return merged;
        }
        Inner merged = owned((Inner) a);
        Inner ib = (Inner) b;
        System.arraycopy(ib.lows, 0, merged.lows, merged.size, ib.size);
        System.arraycopy(ib.children, 0, merged.children, merged.size, ib.size);
        merged.lows[merged.size] = low;
        merged.size += ib.size;
        merged.live += ib.live;
        return merged;
    }

    private static void dropChild(Inner inner, int i) {
        int moved = inner.size - i - 1;
        System.arraycopy(inner.lows, i + 1, inner.lows, i, moved);
        System.arraycopy(inner.children, i + 1, inner.children, i, moved);
        inner.size--;
        Arrays.fill(inner.lows, inner.size, inner.size + 1, null);
        Arrays.fill(inner.children, inner.size, inner.size + 1, null);
    }

    private static void clearTail(Leaf leaf) {
        Arrays.fill(leaf.keys, leaf.size, leaf.size + 1, null);
        Arrays.fill(leaf.versions, leaf.size, leaf.size + 1, null);
    }

    private Leaf owned(Leaf leaf) {
        return leaf.owner == edit ? leaf : new Leaf(edit, leaf);
    }

    private Inner owned(Inner inner) {
        return inner.owner == edit ? inner : new Inner(edit, inner);
    }

    private static void moveTail(Object[] from, Object[] to, int keep) {
        System.arraycopy(from, keep, to, 0, MAX_ENTRIES - keep);
        Arrays.fill(from, keep, MAX_ENTRIES, null);
    }

    private static int live(KeyVersion version) {
        return version.tombstone ? 0 : 1;
    }

    private static long sumLive(Leaf leaf) {
        long sum = 0;
        for (int i = 0; i < leaf.size; i++) {
            sum += live(leaf.versions[i]);
        }
        return sum;
    }

    private static long sumLive(Inner inner) {
        long sum = 0;
        for (int i = 0; i < inner.size; i++) {
            sum += inner.children[i].live;
        }
        return sum;
    }
}
