package dev.quorate.tools.pack;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Replaces what the JVM would have to link at run time by plain code: pattern switches ({@code SwitchBootstraps.typeSwitch}) and the
 * methods of records ({@code ObjectMethods.bootstrap}). An AOT cache holds neither, and the first use of each costs a start milliseconds.
 *
 * <p>The plain code means the same, as the two bootstrap methods' own documentation defines it; a call site of another form stays as it is.
 */
final class Bootstraps {
    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final String PREFIX = "plain$";

    private final ClassFile classFile;

    /** @param hierarchy knows the classes that the rewritten ones refer to */
    Bootstraps(ClassHierarchyResolver hierarchy) {
        this.classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
    }

    /** The class with plain code, or the same array when there is nothing to replace. */
    byte[] replace(byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        boolean any =
                model.methods().stream()
                        .flatMap(method -> method.code().stream())
                        .anyMatch(Bootstraps::hasReplaceable);
        if (!any) {
            return bytes;
        }
        Rewriting rewriting = new Rewriting(model);
        return classFile.transformClass(
                model,
                ClassTransform.transformingMethodBodies(
                                method ->
                                        method.code().map(Bootstraps::hasReplaceable).orElse(false),
                                rewriting::rewrite)
                        .andThen(ClassTransform.endHandler(rewriting::addMethods)));
    }

    private static boolean hasReplaceable(CodeModel code) {
        for (CodeElement element : code) {
            if (element instanceof InvokeDynamicInstruction call && isReplaceable(call)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isReplaceable(InvokeDynamicInstruction call) {
        DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
        if (bootstrap.owner().equals(SWITCHES) && bootstrap.methodName().equals("typeSwitch")) {
            ClassDesc selector = call.typeSymbol().parameterType(0);
            return call.bootstrapArgs().stream().allMatch(label -> isPlain(selector, label));
        }
        return bootstrap.owner().equals(RECORDS) && bootstrap.methodName().equals("bootstrap");
    }

    /** A primitive selector is only ever asked for its own type, by a part of a record behind a guard. */
    private static boolean isPlain(ClassDesc selector, ConstantDesc label) {
        if (selector.isPrimitive()) {
            return label.equals(selector);
        }
        return label instanceof String || (label instanceof ClassDesc type && !type.isPrimitive());
    }

    /** One class: each call site becomes the call of a private static method that is added to it. */
    private static final class Rewriting {
        private final ClassDesc type;
        private final boolean isInterface;
        private final Map<String, Added> added = new LinkedHashMap<>();
        private int count;

        private record Added(MethodTypeDesc type, Consumer<CodeBuilder> code) {}

        Rewriting(ClassModel model) {
            this.type = model.thisClass().asSymbol();
            this.isInterface = (model.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
        }

        void rewrite(CodeBuilder code, CodeElement element) {
            if (!(element instanceof InvokeDynamicInstruction call) || !isReplaceable(call)) {
                code.with(element);
                return;
            }
            String name = PREFIX + call.name().stringValue() + count++;
            MethodTypeDesc signature = call.typeSymbol();
            added.put(name, new Added(signature, body(call)));
            code.invokestatic(type, name, signature, isInterface);
        }

        private static Consumer<CodeBuilder> body(InvokeDynamicInstruction call) {
            if (call.bootstrapMethod().owner().equals(SWITCHES)) {
                ClassDesc selector = call.typeSymbol().parameterType(0);
                return code -> typeSwitch(code, selector, call.bootstrapArgs());
            }
            List<DirectMethodHandleDesc> fields = new ArrayList<>();
            for (ConstantDesc argument :
                    call.bootstrapArgs().subList(2, call.bootstrapArgs().size())) {
                fields.add((DirectMethodHandleDesc) argument);
            }
            ClassDesc owner = (ClassDesc) call.bootstrapArgs().getFirst();
            return switch (call.name().stringValue()) {
                case "equals" -> code -> equalTo(code, owner, fields);
                case "hashCode" -> code -> hash(code, fields);
                case "toString" -> code -> text(code, owner, fields);
                default -> throw new IllegalStateException(call.name().stringValue());
            };
        }

        void addMethods(ClassBuilder builder) {
            added.forEach((name, method) ->
                    builder.withMethodBody(
                            name,
                            method.type,
                            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                            method.code));
        }
    }

    /** {@code (target, restart)}: -1 for null, else the first label from {@code restart} on that fits, else their number. */
    private static void typeSwitch(
            CodeBuilder code, ClassDesc selector, List<ConstantDesc> labels) {
        int restart = TypeKind.from(selector).slotSize();
        if (!selector.isPrimitive()) {
            Label present = code.newLabel();
            code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
        }
        for (int i = 0; i < labels.size(); i++) {
            Label next = code.newLabel();
            code.iload(restart).loadConstant(i).if_icmpgt(next);
            if (selector.isPrimitive()) {
                code.iconst_1();
            } else if (labels.get(i) instanceof ClassDesc type) {
                code.aload(0).instanceOf(type);
            } else {
                code.loadConstant(labels.get(i))
                        .aload(0)
                        .invokevirtual(
                                ConstantDescs.CD_String,
                                "equals",
                                MethodTypeDesc.of(
                                        ConstantDescs.CD_boolean, ConstantDescs.CD_Object));
            }
            code.ifeq(next).loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }

    private static void load(CodeBuilder code, int slot, DirectMethodHandleDesc field) {
        code.aload(slot).getfield(field.owner(), field.methodName(), type(field));
    }

    /** A getter's handle has the type {@code (owner)field}. */
    private static ClassDesc type(DirectMethodHandleDesc field) {
        return field.invocationType().returnType();
    }

    private static void equalTo(
            CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        Label no = code.newLabel();
        Label other = code.newLabel();
        code.aload(0).aload(1).if_acmpne(other).iconst_1().ireturn().labelBinding(other);
        code.aload(1).instanceOf(owner).ifeq(no).aload(1).checkcast(owner).astore(2);
        for (DirectMethodHandleDesc field : fields) {
            load(code, 0, field);
            load(code, 2, field);
            ClassDesc type = type(field);
            switch (TypeKind.from(type)) {
                case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.if_icmpne(no);
                case LONG -> code.lcmp().ifne(no);
                case FLOAT -> compare(code, ConstantDescs.CD_Float, type).ifne(no);
                case DOUBLE -> compare(code, ConstantDescs.CD_Double, type).ifne(no);
                case REFERENCE ->
                        code.invokestatic(
                                        OBJECTS,
                                        "equals",
                                        MethodTypeDesc.of(
                                                ConstantDescs.CD_boolean,
                                                ConstantDescs.CD_Object,
                                                ConstantDescs.CD_Object))
                                .ifeq(no);
                case VOID -> throw new IllegalStateException("a field of type void");
            }
        }
        code.iconst_1().ireturn().labelBinding(no).iconst_0().ireturn();
    }

    private static CodeBuilder compare(CodeBuilder code, ClassDesc box, ClassDesc type) {
        return code.invokestatic(
                box, "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type));
    }

    private static void hash(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
        code.iconst_0();
        for (DirectMethodHandleDesc field : fields) {
            code.loadConstant(31).imul();
            load(code, 0, field);
            ClassDesc type = type(field);
            ClassDesc box = box(type);
            ClassDesc argument = type.isPrimitive() ? type : ConstantDescs.CD_Object;
            code.invokestatic(box, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, argument))
                    .iadd();
        }
        code.ireturn();
    }

    private static ClassDesc box(ClassDesc type) {
        return switch (TypeKind.from(type)) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE -> OBJECTS;
            case VOID -> throw new IllegalStateException("a field of type void");
        };
    }

    /** {@code Name[first=1, second=2]} */
    private static void text(
            CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        code.new_(BUILDER)
                .dup()
                .invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        code.loadConstant(owner)
                .invokevirtual(
                        ConstantDescs.CD_Class,
                        "getSimpleName",
                        MethodTypeDesc.of(ConstantDescs.CD_String));
        append(code, ConstantDescs.CD_String);
        String before = "[";
        for (DirectMethodHandleDesc field : fields) {
            code.loadConstant(before + field.methodName() + "=");
            append(code, ConstantDescs.CD_String);
            load(code, 0, field);
            append(
                    code,
                    switch (TypeKind.from(type(field))) {
                        case BYTE, SHORT -> ConstantDescs.CD_int;
                        case REFERENCE -> ConstantDescs.CD_Object;
                        case BOOLEAN, CHAR, INT, LONG, FLOAT, DOUBLE -> type(field);
                        case VOID -> throw new IllegalStateException("a field of type void");
                    });
            before = ", ";
        }
        code.loadConstant(fields.isEmpty() ? "[]" : "]");
        append(code, ConstantDescs.CD_String);
        code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String))
                .areturn();
    }

    private static void append(CodeBuilder code, ClassDesc type) {
        code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
    }
}
