package dev.quorate.storage.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map as a treap: a change copies the path to it and shares the rest. The heap order comes from a hash of the key,
 * so the same content always has the same shape, whatever the order of the changes.
 */
final class PersistentTree {
    final byte[] key;
    final byte[] value;
    private final int priority;
    private final int size;
    private final @Nullable PersistentTree left;
    private final @Nullable PersistentTree right;

    private PersistentTree(
            byte[] key,
            byte[] value,
            int priority,
            @Nullable PersistentTree left,
            @Nullable PersistentTree right) {
        this.key = key;
        this.value = value;
        this.priority = priority;
        this.left = left;
        this.right = right;
        this.size = 1 + size(left) + size(right);
    }

    static PersistentTree leaf(byte[] key, byte[] value) {
        return new PersistentTree(key, value, mix(Arrays.hashCode(key)), null, null);
    }

    static int size(@Nullable PersistentTree tree) {
        return tree == null ? 0 : tree.size;
    }

    static @Nullable PersistentTree find(@Nullable PersistentTree tree, byte[] key) {
        PersistentTree at = tree;
        while (at != null) {
            int order = Arrays.compareUnsigned(key, at.key);
            if (order == 0) {
                return at;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    static @Nullable PersistentTree last(@Nullable PersistentTree tree) {
        PersistentTree at = tree;
        while (at != null && at.right != null) {
            at = at.right;
        }
        return at;
    }

    /** The tree with {@code node} (a leaf) in it, in place of any node with the same key. */
    static PersistentTree insert(@Nullable PersistentTree tree, PersistentTree node) {
        if (tree == null) {
            return node;
        }
        int order = Arrays.compareUnsigned(node.key, tree.key);
        if (order == 0) {
            return new PersistentTree(node.key, node.value, node.priority, tree.left, tree.right);
        }
        if (node.priority > tree.priority) {
            return new PersistentTree(
                    node.key,
                    node.value,
                    node.priority,
                    below(tree, node.key),
                    above(tree, node.key));
        }
        return order < 0
                ? tree.with(insert(tree.left, node), tree.right)
                : tree.with(tree.left, insert(tree.right, node));
    }

    static @Nullable PersistentTree remove(@Nullable PersistentTree tree, byte[] key) {
        if (tree == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, tree.key);
        if (order == 0) {
            return merge(tree.left, tree.right);
        }
        return order < 0
                ? tree.with(remove(tree.left, key), tree.right)
                : tree.with(tree.left, remove(tree.right, key));
    }

    /** Visits {@code from <= key < to} in order; returns whether the visitor wants more. */
    static boolean scan(
            @Nullable PersistentTree tree,
            byte[] from,
            byte @Nullable [] to,
            ReadView.Visitor visitor) {
        if (tree == null) {
            return true;
        }
        boolean reached = Arrays.compareUnsigned(tree.key, from) >= 0;
        if (reached && !scan(tree.left, from, to, visitor)) {
            return false;
        }
        if (to != null && Arrays.compareUnsigned(tree.key, to) >= 0) {
            return true;
        }
        if (reached && !visitor.visit(tree.key.clone(), tree.value.clone())) {
            return false;
        }
        return scan(tree.right, from, to, visitor);
    }

    private PersistentTree with(
            @Nullable PersistentTree newLeft, @Nullable PersistentTree newRight) {
        return new PersistentTree(key, value, priority, newLeft, newRight);
    }

    private static @Nullable PersistentTree below(@Nullable PersistentTree tree, byte[] key) {
        if (tree == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(tree.key, key);
        if (order == 0) {
            return tree.left;
        }
        return order < 0 ? tree.with(tree.left, below(tree.right, key)) : below(tree.left, key);
    }

    private static @Nullable PersistentTree above(@Nullable PersistentTree tree, byte[] key) {
        if (tree == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(tree.key, key);
        if (order == 0) {
            return tree.right;
        }
        return order > 0 ? tree.with(above(tree.left, key), tree.right) : above(tree.right, key);
    }

    private static @Nullable PersistentTree merge(
            @Nullable PersistentTree low, @Nullable PersistentTree high) {
        if (low == null) {
            return high;
        }
        if (high == null) {
            return low;
        }
        return low.priority >= high.priority
                ? low.with(low.left, merge(low.right, high))
                : high.with(merge(low, high.left), high.right);
    }

    /** Spreads the weak hash of an array over all bits (the finalizer of MurmurHash3). */
    private static int mix(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        h ^= h >>> 16;
        return h;
    }
}
