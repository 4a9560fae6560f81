package dev.quorate.tools.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BootstrapsTest {
    private final Bootstraps bootstraps =
            new Bootstraps(
                    ClassHierarchyResolver.ofResourceParsing(BootstrapsTest.class.getClassLoader())
                            .orElse(ClassHierarchyResolver.defaultResolver()));

    @Test
    void rewrittenCodeMeansTheSame() throws Exception {
        Constructor<?> constructor =
                new Rewriting().loadClass(Samples.class.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        Object rewritten = constructor.newInstance();

        assertThat(rewritten.getClass()).isNotEqualTo(Samples.class);
        assertThat(((Supplier<?>) rewritten).get()).isEqualTo(new Samples().get());
    }

    @Test
    void nothingIsLeftToLinkButLambdasAndTexts() throws IOException {
        Set<String> left = new TreeSet<>();
        for (Class<?> type : samples()) {
            for (var method : parsed(bootstraps.replace(bytes(type))).methods()) {
                method.code()
                        .ifPresent(code ->
                                code.forEach(element -> {
                                    if (element instanceof InvokeDynamicInstruction call) {
                                        left.add(call.bootstrapMethod().owner().displayName());
                                    }
                                }));
            }
        }
        assertThat(left).containsOnly("StringConcatFactory");
    }

    @Test
    void classesWithoutSuchCallsStayAsTheyAre() throws IOException {
        byte[] bytes = bytes(BootstrapsTest.class);

        assertThat(bootstraps.replace(bytes)).isSameAs(bytes);
    }

    private static List<Class<?>> samples() {
        List<Class<?>> all = new ArrayList<>(List.of(Samples.class, Samples.All.class));
        all.addAll(List.of(Samples.Shape.class.getDeclaredClasses()));
        return all;
    }

    private static ClassModel parsed(byte[] bytes) {
        return ClassFile.of().parse(bytes);
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        String name = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** Loads the samples anew, rewritten. */
    private final class Rewriting extends ClassLoader {
        Rewriting() {
            super(BootstrapsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Samples.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try {
                byte[] bytes = bootstraps.replace(bytes(Class.forName(name)));
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
