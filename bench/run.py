#!/usr/bin/env python3
"""Measures real etcd 3.4.23, real etcd 3.7.1 and Quorate side by side and prints a Markdown table.

    bench/run.py                       all servers, two alternating rounds, every row but the million keys
    bench/run.py --rows put,get --servers etcd37,quorate --rounds 3
    bench/run.py --million             the rows with a million keys (minutes)
    bench/run.py --start               ten starts of an empty member
    bench/run.py --tools               twenty runs of each etcdctl, all at the same member (of 3.7.1)
    bench/run.py --members 3           clusters of three: throughput at the leader and at a follower, and lost leaders
    bench/run.py --members 3 --rounds 1 --keep FILE     adds to the results in FILE, and prints all of them

Needs interop/setup (debian, h2load, go). Every load is bounded in count and time. Servers run with the same flags, on a
directory of their own under --dir, and sync every write as they do by default. docs/benchmarks.md says how to read it.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.join(ROOT, "interop", "bin")
SERVERS = {
    "etcd34": os.path.join(BIN, "etcd34", "etcd"),
    "etcd37": os.path.join(BIN, "etcd37", "etcd"),
    "quorate": os.path.join(ROOT, "bin", "etcd"),
}
LOAD = os.path.join(BIN, "benchload")
# What people type; none of it makes the member work.
TOOL_LINES = [("version",), ("put", "bench/tool", "value"), ("get", "bench/tool"), ("member", "list")]
LOAD_LIMIT_SECONDS = 90
SETTLE_LIMIT_SECONDS = 20
WARM_UPS_MAX = 10
STILL_WARMING = 0.9
TICK = os.sysconf("SC_CLK_TCK")


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def put_request(key, size):
    return field(1, key) + field(2, b"v" * size)


def range_request(key, end=b"", serializable=False):
    return field(1, key) + (field(2, end) if end else b"") + (field(7, 1) if serializable else b"")


def txn_request(put):
    return field(2, field(2, put))


PUT = put_request(b"bench/put", 256)
# name, method, message, requests, connections, streams, operations that change the revision
ROWS = [
    ("put 1x1", "KV/Put", PUT, 5_000, 1, 1, True),
    ("put 20x50", "KV/Put", PUT, 60_000, 20, 50, True),
    ("txn with one put 20x50", "KV/Txn", txn_request(PUT), 40_000, 20, 50, True),
    ("get linearizable 20x50", "KV/Range", range_request(b"bench/put"), 60_000, 20, 50, False),
    ("get serializable 20x50", "KV/Range", range_request(b"bench/put", b"", True), 60_000, 20, 50, False),
    ("range of 1,000 keys 10x5", "KV/Range", range_request(b"/fill/", b"/fill0"), 1_500, 10, 5, False),
]
WATCH = "watch fan-out, 1,000 watchers on 10 streams (events)"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, name, parent, extra=(), member="m1", peer=None, cluster=None):
        self.name, self.extra, self.member = name, list(extra), member
        self.dir = tempfile.mkdtemp(prefix=name + "-", dir=parent)
        self.port, self.peer = free_port(), peer or free_port()
        self.cluster = cluster or f"m1=http://127.0.0.1:{self.peer}"
        self.launch()

    def launch(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.peer}"
        command = [SERVERS[self.name], "--name=" + self.member, "--data-dir=" + self.dir + "/data", "--log-level=error",
                   "--listen-client-urls=" + client, "--advertise-client-urls=" + client,
                   "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer,
                   "--initial-cluster=" + self.cluster, "--quota-backend-bytes=8589934592"] + self.extra
        if self.name == "etcd34":
            command.append("--logger=zap")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ETCD")}
        with open(self.dir + "/log", "ab") as log:
            self.started = time.time_ns()
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def endpoint(self):
        return f"127.0.0.1:{self.port}"

    def first_put(self):
        """Seconds from the start of the process to the first answered put."""
        answer = subprocess.run([LOAD, "firstput", self.endpoint()], capture_output=True, text=True, timeout=90, check=True)
        return (int(answer.stdout) - self.started) / 1e9

    def until_healthy(self, limit=120):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"{self.name} exited; see {self.dir}/log")
            try:
                with urllib.request.urlopen(f"http://{self.endpoint()}/health", timeout=2) as answer:
                    if b'"true"' in answer.read():
                        return (time.time_ns() - self.started) / 1e9
            except OSError:
                time.sleep(0.01)
        sys.exit(f"{self.name} was not healthy within {limit} s")

    def cpu(self):
        """CPU seconds, user and system, of the process so far."""
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        """Resident bytes: all, anonymous."""
        found = {}
        with open(f"/proc/{self.process.pid}/status") as f:
            for line in f:
                name, _, rest = line.partition(":")
                if name in ("VmRSS", "RssAnon"):
                    found[name] = int(rest.split()[0]) * 1024
        return found["VmRSS"], found["RssAnon"]

    def disk(self):
        total = 0
        for where, _, files in os.walk(self.dir + "/data"):
            total += sum(os.stat(os.path.join(where, f)).st_blocks * 512 for f in files)
        return total

    def ask(self, path, body, timeout=10):
        request = urllib.request.Request(f"http://{self.endpoint()}{path}", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)

    def revision(self):
        return int(self.ask("/v3/kv/range", b'{"key":"YQ=="}')["header"]["revision"])

    def leads(self):
        status = self.ask("/v3/maintenance/status", b"{}")
        return status.get("leader", "0") == status["header"]["member_id"]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, remove=True):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if remove:
            shutil.rmtree(self.dir, ignore_errors=True)


class Cluster:
    """Members of one kind on this machine."""

    def __init__(self, name, parent, size):
        peers = [free_port() for _ in range(size)]
        cluster = ",".join(f"m{i + 1}=http://127.0.0.1:{peer}" for i, peer in enumerate(peers))
        self.members = [Server(name, parent, (), f"m{i + 1}", peer, cluster) for i, peer in enumerate(peers)]
        for member in self.members:
            member.until_healthy()

    def leader(self, limit=30):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            for member in self.members:
                try:
                    if member.process.poll() is None and member.leads():
                        return member
                except OSError:
                    pass
            time.sleep(0.05)
        sys.exit(f"{self.members[0].name}: no leader within {limit} s")

    def followers(self):
        leader = self.leader()
        return [member for member in self.members if member is not leader]

    def cpu(self):
        return sum(member.cpu() for member in self.members)

    def lose_leader(self):
        """Seconds from kill -9 of the leader to the next put that any other member accepts; the lost member is started again."""
        leader = self.leader()
        left = self.followers()
        leader.kill()
        killed = time.monotonic()
        attempt = 0
        while True:
            try:
                left[attempt % len(left)].ask("/v3/kv/put", b'{"key":"bGVhZGVy"}', timeout=0.5)
                break
            except OSError:
                attempt += 1
                if time.monotonic() - killed > 30:
                    sys.exit(f"{leader.name}: no put was accepted within 30 s")
                time.sleep(0.01)
        seconds = time.monotonic() - killed
        leader.launch()
        leader.until_healthy()
        return seconds

    def stop(self):
        for member in self.members:
            member.process.send_signal(signal.SIGTERM)
        for member in self.members:
            member.stop()


def h2load(server, method, message, n, connections, streams, processes=None):
    """Runs one load; returns what the table shows. The CPU time is that of the processes, if they are not the server alone."""
    processes = processes or server
    body, log = server.dir + "/body", server.dir + "/requests"
    with open(body, "wb") as f:
        f.write(b"\0" + struct.pack(">I", len(message)) + message)
    if os.path.exists(log):
        os.remove(log)
    before = processes.cpu()
    run = subprocess.run(
        ["h2load", "-n", str(n), "-c", str(connections), "-m", str(streams), "-t", "1", "-d", body, "--log-file=" + log,
         "-H", "content-type: application/grpc", "-H", "te: trailers",
         f"http://{server.endpoint()}/etcdserverpb.{method}"],
        capture_output=True, text=True, timeout=LOAD_LIMIT_SECONDS)
    cpu = processes.cpu() - before
    if f"{n} succeeded" not in run.stdout:
        sys.exit(f"{server.name} {method}: not all requests succeeded\n{run.stdout}{run.stderr}")
    starts, times = [], []
    with open(log) as f:
        for line in f:
            start, status, micros = line.split("\t")
            starts.append(int(start))
            times.append(int(micros))
    seconds = (max(s + t for s, t in zip(starts, times)) - min(starts)) / 1e6
    times.sort()
    return result(n / seconds, times[len(times) // 2] / 1e3, times[len(times) * 99 // 100] / 1e3, cpu / n * 1e6)


def result(rate, p50, p99, cpu_micros):
    return {"rate": rate, "p50": p50, "p99": p99, "cpu": cpu_micros}


def loaded(server, *arguments):
    before = server.cpu()
    run = subprocess.run([LOAD, arguments[0], server.endpoint(), *map(str, arguments[1:])], capture_output=True, text=True,
                         timeout=600)
    if run.returncode:
        sys.exit(f"{server.name}: {run.stderr}")
    answer = json.loads(run.stdout)
    answer["cpu"] = (server.cpu() - before) / answer["operations"] * 1e6
    return answer


def warm_up(server, method, message, n, connections, streams, processes=None):
    """The row's own load, until a server has twice not needed less CPU time for it: what is compared is how it goes on."""
    least, warm = float("inf"), 0
    for _ in range(WARM_UPS_MAX):
        cpu = h2load(server, method, message, n, connections, streams, processes)["cpu"]
        settle(processes or server)
        warm += cpu > least * STILL_WARMING
        if warm == 2:
            return
        least = min(least, cpu)


def settle(processes):
    """What was left to do in the background after the load before: compilers, collectors, commits. No row pays for another's."""
    end = time.monotonic() + SETTLE_LIMIT_SECONDS
    while time.monotonic() < end:
        before = processes.cpu()
        time.sleep(1)
        if processes.cpu() - before < 0.1:
            return


def wanted(name, rows):
    return not rows or any(word in name for word in rows)


def round_of(name, arguments):
    """One server, every row once."""
    results = {}
    server = Server(name, arguments.dir)
    try:
        server.first_put()
        loaded(server, "fill", 1000, 256, 40)
        h2load(server, "KV/Put", PUT, arguments.warm, 20, 50)
        h2load(server, "KV/Range", range_request(b"bench/put"), arguments.warm, 20, 50)
        if wanted(WATCH, arguments.rows):
            loaded(server, "watch", 10, 100, max(1, arguments.warm // 200))
        for row, method, message, n, connections, streams, writes in ROWS:
            if wanted(row, arguments.rows):
                n = max(streams * connections, int(n * arguments.scale))
                warm_up(server, method, message, n, connections, streams)
                before = server.revision()
                results[row] = h2load(server, method, message, n, connections, streams)
                grown = server.revision() - before
                # h2load counts HTTP's status alone; the revision shows whether the calls did their work.
                if grown != (n if writes else 0):
                    sys.exit(f"{name} {row}: the revision grew by {grown} in {n} requests")
        if wanted(WATCH, arguments.rows):
            a = loaded(server, "watch", 10, 100, int(300 * arguments.scale) or 1)
            results[WATCH] = result(a["operations"] / a["seconds"], a["p50ms"], a["p99ms"], a["cpu"])
        results["resident memory after the rows"] = {"mib": server.memory()[0] / 2**20}
    finally:
        server.stop()
    return results


# name, method, message, requests, connections, streams, at the leader, operations that change the revision
CLUSTER_ROWS = [
    ("put 1x1, leader", "KV/Put", PUT, 4_000, 1, 1, True, True),
    ("put 20x50, leader", "KV/Put", PUT, 40_000, 20, 50, True, True),
    ("put 20x50, follower", "KV/Put", PUT, 30_000, 20, 50, False, True),
    ("get linearizable 1x1, follower", "KV/Range", range_request(b"bench/put"), 4_000, 1, 1, False, False),
    ("get linearizable 20x50, leader", "KV/Range", range_request(b"bench/put"), 60_000, 20, 50, True, False),
    ("get linearizable 20x50, follower", "KV/Range", range_request(b"bench/put"), 60_000, 20, 50, False, False),
]
LOST_LEADER = "lost leader: kill -9 to next accepted put"


def cluster_round_of(name, arguments):
    """One kind, every row once."""
    results = {}
    cluster = Cluster(name, arguments.dir, arguments.members)
    try:
        for where in (cluster.leader(), cluster.followers()[0]):
            h2load(where, "KV/Put", PUT, arguments.warm, 20, 50)
            h2load(where, "KV/Range", range_request(b"bench/put"), arguments.warm, 20, 50)
        for row, method, message, n, connections, streams, at_leader, writes in CLUSTER_ROWS:
            if wanted(row, arguments.rows):
                n = max(streams * connections, int(n * arguments.scale))
                where = cluster.leader() if at_leader else cluster.followers()[0]
                warm_up(where, method, message, n, connections, streams, cluster)
                before = where.revision()
                results[row] = h2load(where, method, message, n, connections, streams, cluster)
                grown = where.revision() - before
                if grown != (n if writes else 0):
                    sys.exit(f"{name} {row}: the revision grew by {grown} in {n} requests")
        if wanted(LOST_LEADER, arguments.rows):
            results[LOST_LEADER] = {"seconds": [cluster.lose_leader() for _ in range(arguments.kills)]}
    finally:
        cluster.stop()
    return results


def rounds(arguments, round_of):
    collected = {name: {} for name in arguments.servers}
    if arguments.keep and os.path.exists(arguments.keep):
        with open(arguments.keep) as f:
            collected.update(json.load(f))
    for number in range(arguments.rounds):
        for name in arguments.servers:
            print(f"round {number + 1}: {name}", file=sys.stderr)
            for row, values in round_of(name, arguments).items():
                collected[name].setdefault(row, []).append(values)
            if arguments.keep:
                with open(arguments.keep, "w") as f:
                    json.dump(collected, f)
    return collected


def median(runs, key):
    return statistics.median(r[key] for r in runs)


def print_rows(collected, servers):
    rows = [r for r in collected[servers[0]]]
    print("| row | " + " | ".join(f"{s} op/s, p50 / p99 ms, CPU µs/op" for s in servers) + " | rate ratio | CPU ratio |")
    print("|---|" + "---|" * (len(servers) + 2))
    for row in rows:
        runs = {s: collected[s].get(row, []) for s in servers}
        if not all(runs.values()):
            continue
        if "seconds" in runs[servers[0]][0]:
            times = {s: [t for r in runs[s] for t in r["seconds"]] for s in servers}
            cells = [f"median {statistics.median(times[s]):.2f} s of {len(times[s])} ({min(times[s]):.2f} to {max(times[s]):.2f})"
                     for s in servers]
            medians = [statistics.median(times[s]) for s in servers]
            print(f"| {row} | " + " | ".join(cells) + f" | {min(medians[:-1] or medians) / medians[-1]:.2f} (speed) | |")
            continue
        if "mib" in runs[servers[0]][0]:
            cells = [f"{median(runs[s], 'mib'):,.0f} MiB" for s in servers]
            print(f"| {row} | " + " | ".join(cells) + " | | |")
            continue
        cells = [f"{median(runs[s], 'rate'):,.0f}, {median(runs[s], 'p50'):.2f} / {median(runs[s], 'p99'):.2f}, "
                 f"{median(runs[s], 'cpu'):.1f}" for s in servers]
        print(f"| {row} | " + " | ".join(cells) + " | " + ratios(runs, servers) + " |")


def ratios(runs, servers):
    """The last server against the best of the others."""
    if len(servers) < 2:
        return " | "
    mine, others = runs[servers[-1]], [runs[s] for s in servers[:-1]]
    rate = median(mine, "rate") / max(median(o, "rate") for o in others)
    best_cpu = min(median(o, "cpu") for o in others)
    cpu = median(mine, "cpu") / best_cpu if best_cpu else float("nan")
    return f"{rate:.2f} | {cpu:.2f}"


def starts(arguments):
    times = {s: [] for s in arguments.servers}
    for _ in range(arguments.starts):
        for name in arguments.servers:
            server = Server(name, arguments.dir)
            times[name].append(server.first_put())
            server.stop()
    print(f"| start of an empty member to the first answered put, {arguments.starts} starts | median s | least s | most s |")
    print("|---|---|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |")


def children_cpu():
    """CPU seconds, user and system, of all processes that ran and ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tools(arguments):
    server = Server("etcd37", arguments.dir)
    server.first_put()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ETCD")}
    environment["ETCDCTL_ENDPOINTS"] = server.endpoint()
    seconds = {(line, name): [] for line in TOOL_LINES for name in arguments.servers}
    for run in range(arguments.runs + 1):
        for line, name in seconds:
            start, used = time.perf_counter(), children_cpu()
            subprocess.run([SERVERS[name] + "ctl", *line], env=environment, stdout=subprocess.DEVNULL, check=True)
            if run > 0:  # the first fills the page cache
                seconds[line, name].append((time.perf_counter() - start, children_cpu() - used))
    server.stop()
    print(f"| etcdctl, {arguments.runs} runs: median, least; CPU s | " + " | ".join(arguments.servers) + " |")
    print("|---" * (len(arguments.servers) + 1) + "|")
    for line in TOOL_LINES:
        cells = []
        for name in arguments.servers:
            walls, cpus = zip(*seconds[line, name])
            cells.append(f"{statistics.median(walls):.3f}, {min(walls):.3f}; {statistics.median(cpus):.3f}")
        print(f"| `{' '.join(line)}` | " + " | ".join(cells) + " |")


def million(arguments):
    print(f"| {arguments.keys:,} keys of 32 B + 256 B | puts/s | CPU µs/put | resident MiB (anonymous) | on disk MiB |"
          " restart until healthy s | resident after restart MiB |")
    print("|---|---|---|---|---|---|---|")
    for name in arguments.servers:
        server = Server(name, arguments.dir)
        try:
            server.first_put()
            filled = loaded(server, "fill", arguments.keys, 256, 200)
            time.sleep(2)
            memory, anonymous = server.memory()
            disk = server.disk()
            server.stop(remove=False)
            server.launch()
            restart = server.until_healthy()
            after = server.memory()[0]
            print(f"| {name} | {arguments.keys / filled['seconds']:,.0f} | {filled['cpu']:.1f} | {memory / 2**20:,.0f} "
                  f"({anonymous / 2**20:,.0f}) | {disk / 2**20:,.0f} | {restart:.2f} | {after / 2**20:,.0f} |")
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default="etcd34,etcd37,quorate", type=lambda text: text.split(","))
    parser.add_argument("--rows", default=[], type=lambda text: text.split(","), help="words of the rows' names")
    parser.add_argument("--rounds", default=2, type=int)
    parser.add_argument("--scale", default=1.0, type=float, help="multiplies the number of requests")
    parser.add_argument("--warm", default=60_000, type=int, help="requests of each kind before the rows")
    parser.add_argument("--dir", default=None, help="where data directories go: a real disk, not tmpfs")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--keys", default=1_000_000, type=int)
    parser.add_argument("--start", action="store_true")
    parser.add_argument("--starts", default=10, type=int)
    parser.add_argument("--tools", action="store_true")
    parser.add_argument("--runs", default=20, type=int, help="of each tool and line")
    parser.add_argument("--members", default=1, type=int, help="more than one: clusters of so many")
    parser.add_argument("--kills", default=5, type=int, help="leaders lost per round")
    parser.add_argument("--keep", default=None, help="a file that results are added to")
    arguments = parser.parse_args()
    arguments.dir = arguments.dir or tempfile.gettempdir()
    if arguments.million:
        million(arguments)
    elif arguments.start:
        starts(arguments)
    elif arguments.tools:
        tools(arguments)
    else:
        of = round_of if arguments.members == 1 else cluster_round_of
        print_rows(rounds(arguments, of), arguments.servers)


main()
