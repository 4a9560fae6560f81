#!/bin/sh
# Makes the AOT caches of the distribution in tools/target/dist (JEP 514): runs each program's training run once. Part of the
# Maven build; a cache that cannot be made is no error, since the programs start without.
here=$(cd -P -- "${0%/*}" && pwd)
quorate_root=${here%/bin/lib}
quorate_dist=$quorate_root/tools/target/dist
. "$here/jdk.sh"
. "$here/jvm.sh"
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

# The server's without profiles: with them the JVM compiles a thousand methods while it starts, and a small machine has no processor to
# spare for that.
#
# train PROGRAM MAIN_CLASS ARGUMENT...
train() {
    program=$1
    shift
    quorate_jvm_flags "$program"
    rm -f "$quorate_dist/aot/$program.aot"
    [ "$program" = etcd ] && quorate_flags="$quorate_flags -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining"
    "$JAVA_HOME/bin/java" $quorate_flags \
        "-XX:AOTCacheOutput=$quorate_dist/aot/$program.aot" "-Dquorate.native=$quorate_dist/native" -cp "$quorate_cp" "$@" >/dev/null 2>&1 ||
        echo "no AOT cache for $program: it will start more slowly" >&2
}

mkdir -p "$quorate_dist/aot"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/quorate-training.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
train etcd dev.quorate.tools.etcd.EtcdTraining "$scratch/data"
train goreman dev.quorate.tools.goreman.GoremanTraining
train etcdutl dev.quorate.tools.util.EtcdutlTraining
train etcdctl dev.quorate.tools.ctl.CtlTraining "$quorate_cp"
