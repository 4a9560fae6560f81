package dev.quorate.server.watch;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ranges that contain a key: a treap ordered by first key, in which every node knows the greatest end below it. A question
 * costs O(log n) plus the answers for ranges that nest or are disjoint, as prefixes are.
 */
final class RangeTree {
    private static final class Node {
        final WatchGroup group;
        final int priority;
        @Nullable Node left;
        @Nullable Node right;

        /** The range of the subtree that ends last. */
        KeyRange last;

        Node(WatchGroup group, int priority) {
            this.group = group;
            this.priority = priority;
            this.last = group.range();
        }

        void update() {
            last = later(group.range(), left);
            last = later(last, right);
        }

        private static KeyRange later(KeyRange range, @Nullable Node below) {
            if (below == null || range.unbounded()) {
                return range;
            }
            var other = below.last;
            return other.unbounded()
                            || Arrays.compareUnsigned(other.rangeEnd(), range.rangeEnd()) > 0
                    ? other
                    : range;
        }
    }

    private final RandomGenerator random;
    private @Nullable Node root;

    RangeTree(RandomGenerator random) {
        this.random = random;
    }

    /** Adds a range that is not in the tree. */
    void add(WatchGroup group) {
        root = add(root, new Node(group, random.nextInt()));
    }

    /** Removes a range that is in the tree. */
    void remove(WatchGroup group) {
        root = remove(root, group.range());
    }

    /** Adds the groups of all ranges that contain {@code key} to {@code found}. */
    void containing(byte[] key, List<WatchGroup> found) {
        containing(root, key, found);
    }

    private static void containing(@Nullable Node start, byte[] key, List<WatchGroup> found) {
        var node = start;
        while (node != null && node.last.endsAfter(key)) {
            containing(node.left, key, found);
            var range = node.group.range();
            if (Arrays.compareUnsigned(range.key(), key) > 0) {
                return;
            }
            if (range.endsAfter(key)) {
                found.add(node.group);
            }
            node = node.right;
        }
    }

    private static Node add(@Nullable Node tree, Node added) {
        if (tree == null) {
            return added;
        }
        if (order(added.group.range(), tree.group.range()) < 0) {
            tree.left = add(tree.left, added);
            return rise(tree, tree.left, true);
        }
        tree.right = add(tree.right, added);
        return rise(tree, tree.right, false);
    }

    /** Rotates the child above its parent when it has the higher priority. */
    private static Node rise(Node parent, Node child, boolean left) {
        if (child.priority <= parent.priority) {
            parent.update();
            return parent;
        }
        if (left) {
            parent.left = child.right;
            child.right = parent;
        } else {
            parent.right = child.left;
            child.left = parent;
        }
        parent.update();
        child.update();
        return child;
    }

    private static @Nullable Node remove(@Nullable Node tree, KeyRange range) {
        if (tree == null) {
            throw new IllegalStateException("no such range: " + range);
        }
        int order = order(range, tree.group.range());
        if (order == 0) {
            return merge(tree.left, tree.right);
        }
        if (order < 0) {
            tree.left = remove(tree.left, range);
        } else {
            tree.right = remove(tree.right, range);
        }
        tree.update();
        return tree;
    }

    private static @Nullable Node merge(@Nullable Node left, @Nullable Node right) {
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        if (left.priority >= right.priority) {
            left.right = merge(left.right, right);
            left.update();
            return left;
        }
        right.left = merge(left, right.left);
        right.update();
        return right;
    }

    private static int order(KeyRange a, KeyRange b) {
        int order = Arrays.compareUnsigned(a.key(), b.key());
        return order != 0 ? order : Arrays.compareUnsigned(a.rangeEnd(), b.rangeEnd());
    }
}
