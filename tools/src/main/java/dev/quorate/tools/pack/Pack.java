package dev.quorate.tools.pack;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Packs a class path into one archive without compression: the JVM opens and indexes one file instead of forty, and finds no versioned
 * class that an AOT cache could not hold. Native libraries are also unpacked beside it.
 */
public final class Pack {
    private static final String OWN = "dev/quorate/";
    private static final String CLASS = ".class";
    private static final String VERSIONS = "META-INF/versions/";
    private static final String SERVICES = "META-INF/services/";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    /** Nobody reads these at run time, or they hold for the archive that they came in. */
    private static final List<String> LEFT_OUT =
            List.of(
                    MANIFEST,
                    "META-INF/INDEX.LIST",
                    "META-INF/maven/",
                    "META-INF/native-image/",
                    "META-INF/proguard/",
                    "google/protobuf/");

    private static final Set<String> LIBRARIES = Set.of("so", "dylib", "dll");
    private static final List<String> SIGNATURES = List.of(".SF", ".RSA", ".DSA");
    private static final List<String> LICENSES = List.of("LICENSE", "NOTICE", "license");

    private final Map<String, Found> entries = new TreeMap<>();

    private record Found(byte[] bytes, int version) {}

    private Pack() {}

    /** Takes a class path and the directory of the distribution. */
    public static void main(String[] arguments) throws IOException {
        Pack pack = new Pack();
        for (String element : arguments[0].split(File.pathSeparator)) {
            Path path = Path.of(element);
            if (Files.isDirectory(path)) {
                pack.addDirectory(path);
            } else {
                pack.addArchive(path);
            }
        }
        pack.write(Path.of(arguments[1]));
    }

    private void addDirectory(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().replace(File.separatorChar, '/');
                add(root.getFileName().toString(), name, Files.readAllBytes(file), 0);
            }
        }
    }

    private void addArchive(Path archive) throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            boolean versioned = jar.isMultiRelease();
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.isDirectory()) {
                    continue;
                }
                String name = entry.getName();
                int version = 0;
                if (name.startsWith(VERSIONS)) {
                    int end = name.indexOf('/', VERSIONS.length());
                    version = Integer.parseInt(name.substring(VERSIONS.length(), end));
                    if (!versioned || version > Runtime.version().feature()) {
                        continue;
                    }
                    name = name.substring(end + 1);
                }
                try (InputStream bytes = jar.getInputStream(entry)) {
                    add(archive.getFileName().toString(), name, bytes.readAllBytes(), version);
                }
            }
        }
    }

    private void add(String archive, String name, byte[] bytes, int version) {
        if (name.equals("module-info.class")
                || LEFT_OUT.stream().anyMatch(name::startsWith)
                || SIGNATURES.stream().anyMatch(name::endsWith)) {
            return;
        }
        String meta = "META-INF/";
        if (name.startsWith(meta)
                && LICENSES.stream().anyMatch(name.substring(meta.length())::startsWith)) {
            name = meta + "licenses/" + archive + '/' + name.substring(meta.length());
        }
        Found before = entries.get(name);
        if (before == null || version > before.version) {
            entries.put(name, new Found(bytes, version));
        } else if (name.startsWith(SERVICES)) {
            entries.put(name, new Found(joined(before.bytes, bytes), version));
        }
    }

    /** Providers of one service from two archives. */
    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.write('\n');
        both.writeBytes(second);
        return both.toByteArray();
    }

    private void write(Path distribution) throws IOException {
        Files.createDirectories(distribution.resolve("lib"));
        Path archive = distribution.resolve("lib/quorate.jar");
        Bootstraps bootstraps =
                new Bootstraps(
                        ClassHierarchyResolver.ofResourceParsing(this::resource)
                                .orElse(ClassHierarchyResolver.defaultResolver()));
        Map<String, byte[]> libraries = new TreeMap<>();
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, MANIFEST, "Manifest-Version: 1.0\n\n".getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, Found> entry : entries.entrySet()) {
                String name = entry.getKey();
                byte[] bytes = entry.getValue().bytes;
                if (name.startsWith(OWN) && name.endsWith(CLASS)) {
                    bytes = bootstraps.replace(bytes);
                }
                put(zip, name, bytes);
                if (LIBRARIES.contains(name.substring(name.lastIndexOf('.') + 1))) {
                    libraries.put(name, bytes);
                }
            }
        }
        for (Map.Entry<String, byte[]> library : libraries.entrySet()) {
            Path file = distribution.resolve("native").resolve(library.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, library.getValue());
        }
    }

    private @Nullable InputStream resource(ClassDesc type) {
        String descriptor = type.descriptorString();
        Found found = entries.get(descriptor.substring(1, descriptor.length() - 1) + CLASS);
        return found == null ? null : new ByteArrayInputStream(found.bytes);
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
