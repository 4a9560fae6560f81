"""Asks one server, through python-etcd3, what that client offers. Usage: etcd3_suite.py HOST:PORT"""

import sys
import threading
import time

import etcd3

host, port = sys.argv[1].split(":")
client = etcd3.client(host=host, port=int(port), timeout=10)


def part(function):
    function()
    print("ok", function.__name__.replace("_", " "))


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "condition did not come true"
        time.sleep(0.02)


@part
def put_get_delete():
    client.put("py/a", "1")
    value, meta = client.get("py/a")
    assert value == b"1" and meta.version == 1 and meta.key == b"py/a" and meta.lease_id == 0
    assert meta.create_revision == meta.mod_revision
    previous = client.put("py/a", "2", prev_kv=True)
    assert previous.prev_kv.value == b"1"
    assert client.get("py/a")[1].version == 2
    assert client.get("py/none") == (None, None)
    assert client.delete("py/a") is True
    assert client.delete("py/a") is False
    assert client.put_if_not_exists("py/a", "3") is True
    assert client.put_if_not_exists("py/a", "4") is False
    assert client.replace("py/a", "3", "5") is True
    assert client.replace("py/a", "3", "6") is False
    assert client.get("py/a")[0] == b"5"


@part
def ranges():
    for i in range(10):
        client.put(f"py/r/{i}", str(9 - i))
    assert [v for v, _ in client.get_prefix("py/r/")] == [str(9 - i).encode() for i in range(10)]
    down = [m.key for _, m in client.get_prefix("py/r/", sort_order="descend", sort_target="key")]
    assert down[0] == b"py/r/9" and len(down) == 10
    by_value = [v for v, _ in client.get_prefix("py/r/", sort_order="ascend", sort_target="value")]
    assert by_value == [str(i).encode() for i in range(10)]
    assert [v for v, _ in client.get_prefix("py/r/", keys_only=True)] == [b""] * 10
    assert len(list(client.get_range("py/r/2", "py/r/5"))) == 3
    assert client.delete_prefix("py/r/").deleted == 10


@part
def transactions():
    client.put("py/t", "1")
    ok, responses = client.transaction(
        compare=[client.transactions.value("py/t") == "1", client.transactions.version("py/t") > 0],
        success=[client.transactions.put("py/t", "2"), client.transactions.get("py/t")],
        failure=[client.transactions.delete("py/t")],
    )
    assert ok and responses[1][0][0] == b"2"
    ok, responses = client.transaction(
        compare=[client.transactions.create("py/none") > 0],
        success=[],
        failure=[client.transactions.get("py/t"), client.transactions.delete("py/t")],
    )
    assert not ok and responses[0][0][0] == b"2"
    assert client.get("py/t")[0] is None


@part
def watches():
    events, cancel = client.watch_prefix("py/w/")
    client.put("py/w/1", "a")
    client.put("py/w/2", "b")
    client.delete("py/w/1")
    one, two, three = next(events), next(events), next(events)
    assert (one.key, one.value) == (b"py/w/1", b"a") and isinstance(one, etcd3.events.PutEvent)
    assert (two.key, two.value) == (b"py/w/2", b"b")
    assert isinstance(three, etcd3.events.DeleteEvent) and three.key == b"py/w/1"
    cancel()
    again, cancel = client.watch("py/w/2", start_revision=two.mod_revision)
    assert next(again).value == b"b"
    cancel()
    seen = []
    watch_id = client.add_watch_callback("py/w/cb", lambda response: seen.extend(response.events))
    client.put("py/w/cb", "x")
    wait_for(lambda: len(seen) == 1)
    client.cancel_watch(watch_id)
    timer = threading.Timer(0.3, lambda: client.put("py/w/once", "late"))
    timer.start()
    assert client.watch_once("py/w/once", timeout=10).value == b"late"


@part
def watch_of_compacted_history():
    client.put("py/c", "1")
    first = client.get("py/c")[1].mod_revision
    client.put("py/c", "2")
    client.compact(first + 1)
    events, cancel = client.watch("py/c", start_revision=first)
    try:
        next(events)
        raise AssertionError("history that is gone was delivered")
    except etcd3.exceptions.RevisionCompactedError as error:
        assert error.compacted_revision == first + 1
    cancel()


@part
def leases():
    lease = client.lease(60)
    client.put("py/l", "x", lease=lease)
    assert client.get("py/l")[1].lease_id == lease.id
    assert lease.granted_ttl == 60 and 50 < lease.remaining_ttl <= 60
    assert list(lease.keys) == [b"py/l"]
    assert lease.refresh()[0].TTL == 60
    lease.revoke()
    assert client.get("py/l")[0] is None
    short = client.lease(1)
    client.put("py/short", "x", lease=short)
    wait_for(lambda: client.get("py/short")[0] is None)


@part
def locks():
    with client.lock("py-lock", ttl=10) as lock:
        assert lock.is_acquired()
        other = client.lock("py-lock", ttl=10)
        assert other.acquire(timeout=0.5) is False
    assert other.acquire(timeout=5) is True
    assert other.release() is True


@part
def members_and_maintenance():
    members = list(client.members)
    assert [m.name for m in members] == ["m1"] and members[0].client_urls
    status = client.status()
    assert status.version == "3.7.1" and status.leader.name == "m1" and status.db_size > 0
    assert status.raft_index > 0 and status.raft_term > 0
    assert isinstance(client.hash(), int)
    client.defragment()
    assert list(client.list_alarms()) == []
    with open("py.snapshot", "wb") as file:
        client.snapshot(file)
        assert file.tell() % 512 == 32


@part
def errors():
    try:
        client.put("", "x")
        raise AssertionError("an empty key was stored")
    except Exception as error:
        assert "key is not provided" in str(error), error
