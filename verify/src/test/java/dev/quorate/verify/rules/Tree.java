package dev.quorate.verify.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The source tree: what a clone holds, without what builds and editors leave in it. */
final class Tree {
    private static final Set<String> NOT_OURS =
            Set.of("target", "node_modules", "__pycache__", ".git", ".idea", ".vscode");

    private final Path root;
    private final List<Path> files = new ArrayList<>();

    private Tree(Path root) {
        this.root = root;
    }

    /** The tree around the module whose tests run. */
    static Tree read() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
            if (root == null) {
                throw new IllegalStateException("run inside a clone");
            }
        }
        Tree tree = new Tree(root);
        try {
            tree.walk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    private void walk() throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes a) {
                        return leftByTools(directory)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                        if (a.isRegularFile() && !ignored(file)) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(null);
    }

    private boolean leftByTools(Path directory) {
        String name = directory.getFileName().toString();
        return !directory.equals(root)
                && (NOT_OURS.contains(name)
                        || name.endsWith(".etcd")
                        || directory.equals(root.resolve("interop/bin")));
    }

    /** What {@code .gitignore} names, and the file that stands for {@code .git} in a second work tree. */
    private static boolean ignored(Path file) {
        String name = file.getFileName().toString();
        return name.equals(".build-lock")
                || name.equals(".git")
                || name.endsWith(".aot")
                || name.endsWith(".log");
    }

    List<Path> files() {
        return files;
    }

    List<Path> named(String... endings) {
        return files.stream()
                .filter(file -> List.of(endings).stream().anyMatch(file.toString()::endsWith))
                .toList();
    }

    /** As shown to people: from the root, with slashes. */
    String shown(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    Path resolve(String shown) {
        return root.resolve(shown);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("unreadable: " + file, e);
        }
    }
}
