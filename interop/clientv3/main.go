// Command clientv3 asks one server, through etcd's own Go client, everything that the client offers, and fails at the
// first answer that is not what etcd gives. Usage: clientv3 ENDPOINT, or clientv3 fire ENDPOINT,... to work on a cluster
// whose members come and go.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.etcd.io/etcd/client/v3/leasing"
	"go.etcd.io/etcd/client/v3/mirror"
	"go.etcd.io/etcd/client/v3/namespace"
	"go.etcd.io/etcd/client/v3/naming/endpoints"
	"go.etcd.io/etcd/client/v3/ordering"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type part struct {
	name string
	run  func(context.Context, *clientv3.Client)
}

func main() {
	if os.Args[1] == "fire" {
		fire(os.Args[2])
		return
	}
	endpoint := os.Args[1]
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, DialTimeout: 5 * time.Second, Logger: zap.NewNop()})
	must(err)
	defer client.Close()
	parts := []part{
		{"kv", kv}, {"range options", rangeOptions}, {"range stream", rangeStream}, {"txn", txn},
		{"compaction", compaction}, {"errors", rpcErrors}, {"watch", watch}, {"watch options", watchOptions},
		{"watch fragments", watchFragments}, {"watch history", watchHistory}, {"watch many", watchMany},
		{"watch compacted", watchCompacted}, {"lease", lease}, {"lease keepalive", keepAlive},
		{"session", session}, {"mutex", mutex}, {"election", election}, {"stm", stm}, {"namespace", namespaced},
		{"leasing", leased}, {"ordering", ordered}, {"mirror", mirrored}, {"naming", naming},
		{"cluster", cluster}, {"maintenance", maintenance}, {"snapshot", snapshot}, {"auth", auth},
	}
	for _, p := range parts {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		p.run(ctx, client)
		cancel()
		fmt.Println("ok", p.name)
	}
}

// check fails the whole run, with the line of its caller.
func check(ok bool, format string, args ...any) {
	if !ok {
		_, file, line, _ := runtime.Caller(1)
		fmt.Fprintf(os.Stderr, "%s:%d: %s\n", file, line, fmt.Sprintf(format, args...))
		os.Exit(1)
	}
}

func must(err error) {
	if err != nil {
		_, file, line, _ := runtime.Caller(1)
		fmt.Fprintf(os.Stderr, "%s:%d: %v\n", file, line, err)
		os.Exit(1)
	}
}

func put(ctx context.Context, c clientv3.KV, key, value string, opts ...clientv3.OpOption) *clientv3.PutResponse {
	r, err := c.Put(ctx, key, value, opts...)
	must(err)
	return r
}

func get(ctx context.Context, c clientv3.KV, key string, opts ...clientv3.OpOption) *clientv3.GetResponse {
	r, err := c.Get(ctx, key, opts...)
	must(err)
	return r
}

func keysOf(kvs []*mvccpb.KeyValue) string {
	var names []string
	for _, kv := range kvs {
		names = append(names, string(kv.Key))
	}
	return strings.Join(names, " ")
}

func kv(ctx context.Context, c *clientv3.Client) {
	first := put(ctx, c, "go/kv", "one")
	check(first.PrevKv == nil && first.Header.Revision > 1 && first.Header.ClusterId != 0 && first.Header.MemberId != 0 &&
		first.Header.RaftTerm > 0, "put answers %v", first)
	second := put(ctx, c, "go/kv", "two", clientv3.WithPrevKV())
	check(second.Header.Revision == first.Header.Revision+1, "revisions %d %d", first.Header.Revision, second.Header.Revision)
	check(string(second.PrevKv.Value) == "one" && second.PrevKv.Version == 1, "previous %v", second.PrevKv)
	g := get(ctx, c, "go/kv")
	check(g.Count == 1 && !g.More && string(g.Kvs[0].Value) == "two", "get %v", g)
	check(g.Kvs[0].CreateRevision == first.Header.Revision && g.Kvs[0].ModRevision == second.Header.Revision &&
		g.Kvs[0].Version == 2, "revisions %v", g.Kvs[0])
	old := get(ctx, c, "go/kv", clientv3.WithRev(first.Header.Revision))
	check(string(old.Kvs[0].Value) == "one" && old.Header.Revision >= second.Header.Revision, "old %v", old)
	put(ctx, c, "go/kv", "", clientv3.WithIgnoreLease(), clientv3.WithPrevKV())
	put(ctx, c, "go/kv", "", clientv3.WithIgnoreValue())
	d, err := c.Delete(ctx, "go/kv", clientv3.WithPrevKV())
	must(err)
	check(d.Deleted == 1 && len(d.PrevKvs) == 1 && d.PrevKvs[0].Version == 4, "delete %v", d)
	d, err = c.Delete(ctx, "go/kv")
	must(err)
	check(d.Deleted == 0, "delete of nothing %v", d)
	binary := string([]byte{'g', 'o', 0, 255, 1})
	put(ctx, c, binary, binary)
	check(string(get(ctx, c, binary).Kvs[0].Value) == binary, "bytes")
	_, err = c.Delete(ctx, binary)
	must(err)
	large := strings.Repeat("x", 1400000)
	put(ctx, c, "go/large", large)
	check(string(get(ctx, c, "go/large").Kvs[0].Value) == large, "a large value")
	_, err = c.Delete(ctx, "go/large")
	must(err)
}

func rangeOptions(ctx context.Context, c *clientv3.Client) {
	for i, k := range []string{"c", "a", "d", "b"} {
		put(ctx, c, "go/r/"+k, fmt.Sprint(i))
	}
	last := put(ctx, c, "go/r/a", "9").Header.Revision
	p := "go/r/"
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix()).Kvs) == "go/r/a go/r/b go/r/c go/r/d", "prefix")
	check(keysOf(get(ctx, c, p+"b", clientv3.WithRange(p+"d")).Kvs) == "go/r/b go/r/c", "range")
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByValue, clientv3.SortDescend)).Kvs) ==
		"go/r/a go/r/b go/r/d go/r/c", "by value")
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByCreateRevision, clientv3.SortAscend)).Kvs) ==
		"go/r/c go/r/a go/r/d go/r/b", "by create revision")
	check(keysOf(get(ctx, c, p, clientv3.WithLastRev()...).Kvs) == "go/r/a", "last revision")
	check(keysOf(get(ctx, c, p, clientv3.WithFirstKey()...).Kvs) == "go/r/a", "first key")
	limited := get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithLimit(2))
	check(limited.More && limited.Count == 4 && len(limited.Kvs) == 2, "limit %v", limited)
	exact := get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithLimit(4))
	check(!exact.More && exact.Count == 4, "exact limit %v", exact)
	counted := get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithCountOnly())
	check(counted.Count == 4 && len(counted.Kvs) == 0, "count %v", counted)
	bare := get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithKeysOnly())
	check(len(bare.Kvs) == 4 && len(bare.Kvs[0].Value) == 0 && bare.Kvs[0].Version == 2, "keys only %v", bare)
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithMinModRev(last)).Kvs) == "go/r/a", "min mod")
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithMaxModRev(last-1)).Kvs) == "go/r/b go/r/c go/r/d", "max mod")
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithMinCreateRev(last-1)).Kvs) == "go/r/b", "min create")
	check(keysOf(get(ctx, c, p, clientv3.WithPrefix(), clientv3.WithSerializable()).Kvs) == "go/r/a go/r/b go/r/c go/r/d", "serializable")
	check(strings.HasPrefix(keysOf(get(ctx, c, p, clientv3.WithFromKey()).Kvs), "go/r/a go/r/b"), "from key")
}

func rangeStream(ctx context.Context, c *clientv3.Client) {
	value := strings.Repeat("v", 1000)
	for i := range 300 {
		put(ctx, c, fmt.Sprintf("go/s/%04d", i), value)
	}
	stream, err := c.GetStream(ctx, "go/s/", clientv3.WithPrefix())
	must(err)
	seen := 0
	var last *etcdserverpb.RangeResponse
	for r := range stream {
		must(r.Err())
		for _, kv := range r.Kvs {
			check(string(kv.Key) == fmt.Sprintf("go/s/%04d", seen) && len(kv.Value) == 1000, "key %d is %s", seen, kv.Key)
			seen++
		}
		last = r.RangeResponse
	}
	check(seen == 300 && last.Count == 300 && !last.More && last.Header.Revision > 0, "%d keys, last %v", seen, last.Header)
	stream, err = c.GetStream(ctx, "go/s/", clientv3.WithPrefix(), clientv3.WithLimit(10), clientv3.WithKeysOnly())
	must(err)
	whole, err := clientv3.GetStreamToGetResponse(stream)
	must(err)
	check(len(whole.Kvs) == 10 && whole.More && whole.Count == 300, "limited %v", whole)
	_, err = c.Delete(ctx, "go/s/", clientv3.WithPrefix())
	must(err)
}

func txn(ctx context.Context, c *clientv3.Client) {
	put(ctx, c, "go/t", "1")
	yes, err := c.Txn(ctx).
		If(clientv3.Compare(clientv3.Value("go/t"), "=", "1"), clientv3.Compare(clientv3.Version("go/t"), ">", 0),
			clientv3.Compare(clientv3.CreateRevision("go/none"), "=", 0), clientv3.Compare(clientv3.LeaseValue("go/t"), "=", 0)).
		Then(clientv3.OpPut("go/t", "2", clientv3.WithPrevKV()), clientv3.OpGet("go/t"), clientv3.OpDelete("go/none"),
			clientv3.OpTxn([]clientv3.Cmp{clientv3.Compare(clientv3.Value("go/t"), "=", "1")},
				[]clientv3.Op{clientv3.OpPut("go/t2", "old")}, []clientv3.Op{clientv3.OpPut("go/t2", "new"), clientv3.OpGet("go/t2")})).
		Else(clientv3.OpGet("go/none")).Commit()
	must(err)
	check(yes.Succeeded && len(yes.Responses) == 4, "txn %v", yes)
	check(string(yes.Responses[0].GetResponsePut().PrevKv.Value) == "1", "previous")
	check(string(yes.Responses[1].GetResponseRange().Kvs[0].Value) == "2", "reads its write")
	check(yes.Responses[2].GetResponseDeleteRange().Deleted == 0, "delete")
	inner := yes.Responses[3].GetResponseTxn()
	check(inner.Succeeded, "nested compares are judged before the writes: %v", inner)
	check(get(ctx, c, "go/t2").Kvs[0].ModRevision == yes.Header.Revision, "one revision")
	no, err := c.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision("go/t"), "<", 1)).Else(clientv3.OpGet("go/t")).Commit()
	must(err)
	check(!no.Succeeded && len(no.Responses) == 1, "else %v", no)
	prefix, err := c.Txn(ctx).If(clientv3.Compare(clientv3.Version("go/r/").WithPrefix(), ">", 1)).Commit()
	must(err)
	check(!prefix.Succeeded, "a compare of a range wants every key")
	_, err = c.Txn(ctx).Then(clientv3.OpPut("x", "1"), clientv3.OpPut("x", "2")).Commit()
	check(errors.Is(err, rpctypes.ErrDuplicateKey), "duplicate %v", err)
}

func compaction(ctx context.Context, c *clientv3.Client) {
	old := put(ctx, c, "go/c", "1").Header.Revision
	now := put(ctx, c, "go/c", "2").Header.Revision
	_, err := c.Compact(ctx, now, clientv3.WithCompactPhysical())
	must(err)
	_, err = c.Get(ctx, "go/c", clientv3.WithRev(old))
	check(errors.Is(err, rpctypes.ErrCompacted), "compacted %v", err)
	_, err = c.Compact(ctx, now)
	check(errors.Is(err, rpctypes.ErrCompacted), "again %v", err)
	_, err = c.Compact(ctx, now+1000)
	check(errors.Is(err, rpctypes.ErrFutureRev), "future %v", err)
	check(string(get(ctx, c, "go/c", clientv3.WithRev(now)).Kvs[0].Value) == "2", "at the compacted revision")
}

func rpcErrors(ctx context.Context, c *clientv3.Client) {
	_, err := c.Put(ctx, "", "x")
	check(errors.Is(err, rpctypes.ErrEmptyKey), "empty key %v", err)
	_, err = c.Put(ctx, "go/e", "x", clientv3.WithLease(4711))
	check(errors.Is(err, rpctypes.ErrLeaseNotFound), "lease %v", err)
	_, err = c.Put(ctx, "go/none", "", clientv3.WithIgnoreValue())
	check(errors.Is(err, rpctypes.ErrKeyNotFound), "ignore value %v", err)
	_, err = c.Get(ctx, "go/e", clientv3.WithRev(1<<40))
	check(errors.Is(err, rpctypes.ErrFutureRev), "future %v", err)
	_, err = c.Put(ctx, "go/e", strings.Repeat("x", 1600000))
	check(errors.Is(err, rpctypes.ErrRequestTooLarge), "too large %v", err)
	_, err = c.Put(ctx, "go/e", strings.Repeat("x", 3000000))
	check(status.Code(err) == codes.ResourceExhausted, "refused by the client itself: %v", err)
	var ops []clientv3.Op
	for i := range 129 {
		ops = append(ops, clientv3.OpPut(fmt.Sprint("go/e", i), "x"))
	}
	_, err = c.Txn(ctx).Then(ops...).Commit()
	check(errors.Is(err, rpctypes.ErrTooManyOps), "too many %v", err)
	_, err = c.Revoke(ctx, 4711)
	check(errors.Is(err, rpctypes.ErrLeaseNotFound), "revoke %v", err)
	_, err = c.MemberRemove(ctx, 4711)
	check(errors.Is(err, rpctypes.ErrMemberNotFound), "member %v", err)
	_, err = c.MoveLeader(ctx, 4711)
	check(errors.Is(err, rpctypes.ErrBadLeaderTransferee), "leader %v", err)
	_, err = c.UserGet(ctx, "go-nobody")
	check(errors.Is(err, rpctypes.ErrUserNotFound), "user %v", err)
	short, cancel := context.WithTimeout(ctx, time.Nanosecond)
	defer cancel()
	_, err = c.Get(short, "go/e")
	check(errors.Is(err, context.DeadlineExceeded), "deadline %v", err)
}

// next returns the next response, or fails after ten seconds.
func next(ch clientv3.WatchChan) clientv3.WatchResponse {
	select {
	case r, ok := <-ch:
		check(ok, "the channel is closed")
		return r
	case <-time.After(10 * time.Second):
		check(false, "no watch response within ten seconds")
	}
	panic("unreachable")
}

func events(ch clientv3.WatchChan, n int) []*clientv3.Event {
	var all []*clientv3.Event
	for len(all) < n {
		r := next(ch)
		must(r.Err())
		all = append(all, r.Events...)
	}
	check(len(all) == n, "%d events instead of %d", len(all), n)
	return all
}

func watch(ctx context.Context, c *clientv3.Client) {
	ctx, cancel := context.WithCancel(ctx)
	ch := c.Watch(ctx, "go/w", clientv3.WithPrefix(), clientv3.WithCreatedNotify())
	created := next(ch)
	check(created.Created, "created %v", created)
	put(ctx, c, "go/w1", "a")
	put(ctx, c, "go/other", "a")
	_, err := c.Delete(ctx, "go/w1")
	must(err)
	put(ctx, c, "go/w1", "b")
	got := events(ch, 3)
	check(got[0].IsCreate() && got[1].Type == clientv3.EventTypeDelete && got[2].IsCreate(), "events %v", got)
	check(got[1].Kv.ModRevision == got[0].Kv.ModRevision+2 && got[1].Kv.Value == nil && got[1].Kv.Version == 0, "deletion %v", got[1])
	_, err = c.Txn(ctx).Then(clientv3.OpPut("go/w2", "x"), clientv3.OpPut("go/w3", "x"), clientv3.OpDelete("go/w1")).Commit()
	must(err)
	one := next(ch)
	check(len(one.Events) == 3 && one.Events[0].Kv.ModRevision == one.Events[2].Kv.ModRevision, "a txn in one response: %v", one)
	cancel()
	for r := range ch {
		check(r.Canceled || len(r.Events) == 0, "after cancel %v", r)
	}
}

func watchOptions(ctx context.Context, c *clientv3.Client) {
	put(ctx, c, "go/o", "old")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	previous := c.Watch(ctx, "go/o", clientv3.WithPrevKV(), clientv3.WithCreatedNotify())
	noPut := c.Watch(ctx, "go/o", clientv3.WithFilterPut(), clientv3.WithCreatedNotify())
	noDelete := c.Watch(ctx, "go/o", clientv3.WithFilterDelete(), clientv3.WithCreatedNotify())
	for _, ch := range []clientv3.WatchChan{previous, noPut, noDelete} {
		check(next(ch).Created, "created")
	}
	put(ctx, c, "go/o", "new")
	_, err := c.Delete(ctx, "go/o")
	must(err)
	got := events(previous, 2)
	check(string(got[0].PrevKv.Value) == "old" && got[0].IsModify() && string(got[1].PrevKv.Value) == "new", "previous %v", got)
	check(events(noPut, 1)[0].Type == clientv3.EventTypeDelete, "puts are filtered")
	check(events(noDelete, 1)[0].Type == clientv3.EventTypePut, "deletions are filtered")
	must(c.RequestProgress(ctx))
	seen := false
	for range 3 {
		select {
		case r := <-previous:
			seen = seen || r.IsProgressNotify()
		case r := <-noPut:
			seen = seen || r.IsProgressNotify()
		case r := <-noDelete:
			seen = seen || r.IsProgressNotify()
		case <-time.After(10 * time.Second):
			check(false, "no progress answer")
		}
	}
	check(seen, "progress")
}

func watchFragments(ctx context.Context, c *clientv3.Client) {
	value := strings.Repeat("f", 600000)
	var first int64
	for i := range 6 {
		r := put(ctx, c, fmt.Sprint("go/f", i), value)
		if i == 0 {
			first = r.Header.Revision
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := c.Watch(ctx, "go/f", clientv3.WithPrefix(), clientv3.WithRev(first), clientv3.WithFragment())
	for i, e := range events(ch, 6) {
		check(string(e.Kv.Key) == fmt.Sprint("go/f", i) && len(e.Kv.Value) == len(value), "event %d is %s", i, e.Kv.Key)
	}
	_, err := c.Delete(ctx, "go/f", clientv3.WithPrefix())
	must(err)
}

func watchHistory(ctx context.Context, c *clientv3.Client) {
	const n = 3000
	start := put(ctx, c, "go/h", "0").Header.Revision
	for i := 1; i < n; i++ {
		put(ctx, c, "go/h", fmt.Sprint(i))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := c.Watch(ctx, "go/h", clientv3.WithRev(start))
	at := 0
	for at < n {
		r := next(ch)
		must(r.Err())
		for _, e := range r.Events {
			check(e.Kv.ModRevision == start+int64(at) && string(e.Kv.Value) == fmt.Sprint(at), "event %d is %v", at, e)
			at++
		}
	}
	future := c.Watch(ctx, "go/h", clientv3.WithRev(start+n+1))
	put(ctx, c, "go/h", "too early")
	put(ctx, c, "go/h", "in time")
	check(string(events(future, 1)[0].Kv.Value) == "in time", "a watch from the future")
}

func watchMany(ctx context.Context, c *clientv3.Client) {
	const n = 200
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var channels []clientv3.WatchChan
	for i := range n {
		ch := c.Watch(ctx, fmt.Sprint("go/m", i%20), clientv3.WithCreatedNotify())
		check(next(ch).Created, "created")
		channels = append(channels, ch)
	}
	for i := range 20 {
		put(ctx, c, fmt.Sprint("go/m", i), "x")
	}
	for i, ch := range channels {
		check(string(events(ch, 1)[0].Kv.Key) == fmt.Sprint("go/m", i%20), "watcher %d", i)
	}
}

func watchCompacted(ctx context.Context, c *clientv3.Client) {
	old := put(ctx, c, "go/wc", "1").Header.Revision
	now := put(ctx, c, "go/wc", "2").Header.Revision
	_, err := c.Compact(ctx, now)
	must(err)
	r := next(c.Watch(ctx, "go/wc", clientv3.WithRev(old)))
	check(r.Canceled && r.CompactRevision == now && errors.Is(r.Err(), rpctypes.ErrCompacted), "compacted %v %v", r, r.Err())
}

func lease(ctx context.Context, c *clientv3.Client) {
	l, err := c.Grant(ctx, 60)
	must(err)
	check(l.TTL == 60 && l.ID > 0, "grant %v", l)
	put(ctx, c, "go/l1", "x", clientv3.WithLease(l.ID))
	put(ctx, c, "go/l2", "x", clientv3.WithLease(l.ID))
	check(clientv3.LeaseID(get(ctx, c, "go/l1").Kvs[0].Lease) == l.ID, "attached")
	ttl, err := c.TimeToLive(ctx, l.ID, clientv3.WithAttachedKeys())
	must(err)
	check(ttl.GrantedTTL == 60 && ttl.TTL > 50 && ttl.TTL <= 60 && len(ttl.Keys) == 2, "time to live %v", ttl)
	all, err := c.Leases(ctx)
	must(err)
	found := false
	for _, status := range all.Leases {
		found = found || status.ID == l.ID
	}
	check(found, "leases %v", all)
	_, err = c.Revoke(ctx, l.ID)
	must(err)
	check(get(ctx, c, "go/l", clientv3.WithPrefix()).Count == 0, "revoked")
	gone, err := c.TimeToLive(ctx, l.ID)
	must(err)
	check(gone.TTL == -1 && gone.GrantedTTL == 0, "gone %v", gone)
	short, err := c.Grant(ctx, 1)
	must(err)
	put(ctx, c, "go/short", "x", clientv3.WithLease(short.ID))
	ch := c.Watch(ctx, "go/short", clientv3.WithFilterPut(), clientv3.WithPrevKV())
	expired := events(ch, 1)[0]
	check(expired.Type == clientv3.EventTypeDelete && clientv3.LeaseID(expired.PrevKv.Lease) == short.ID, "expiry %v", expired)
}

func keepAlive(ctx context.Context, c *clientv3.Client) {
	l, err := c.Grant(ctx, 3)
	must(err)
	once, err := c.KeepAliveOnce(ctx, l.ID)
	must(err)
	check(once.TTL == 3 && once.ID == l.ID, "once %v", once)
	ctx, cancel := context.WithCancel(ctx)
	ch, err := c.KeepAlive(ctx, l.ID)
	must(err)
	start := time.Now()
	for time.Since(start) < 4*time.Second {
		r, ok := <-ch
		check(ok && r.TTL == 3, "kept alive %v", r)
	}
	ttl, err := c.TimeToLive(ctx, l.ID)
	must(err)
	check(ttl.TTL > 0, "outlives its own time")
	cancel()
	_, err = c.KeepAliveOnce(context.Background(), 4711)
	check(errors.Is(err, rpctypes.ErrLeaseNotFound), "unknown %v", err)
	_, err = c.Revoke(context.Background(), l.ID)
	must(err)
}

func session(ctx context.Context, c *clientv3.Client) {
	s, err := concurrency.NewSession(c, concurrency.WithTTL(5))
	must(err)
	put(ctx, c, "go/session", "x", clientv3.WithLease(s.Lease()))
	must(s.Close())
	check(get(ctx, c, "go/session").Count == 0, "closed")
	select {
	case <-s.Done():
	case <-time.After(5 * time.Second):
		check(false, "not done")
	}
}

func mutex(ctx context.Context, c *clientv3.Client) {
	const workers, rounds = 5, 5
	var group sync.WaitGroup
	held, total := 0, 0
	for range workers {
		group.Go(func() {
			s, err := concurrency.NewSession(c, concurrency.WithTTL(10))
			must(err)
			defer s.Close()
			m := concurrency.NewMutex(s, "go/mutex")
			for range rounds {
				must(m.Lock(ctx))
				held++
				check(held == 1, "%d hold the lock", held)
				total++
				held--
				must(m.Unlock(ctx))
			}
		})
	}
	group.Wait()
	check(total == workers*rounds, "total %d", total)
	one, err := concurrency.NewSession(c)
	must(err)
	defer one.Close()
	two, err := concurrency.NewSession(c)
	must(err)
	defer two.Close()
	must(concurrency.NewMutex(one, "go/try").TryLock(ctx))
	check(errors.Is(concurrency.NewMutex(two, "go/try").TryLock(ctx), concurrency.ErrLocked), "locked")
}

func election(ctx context.Context, c *clientv3.Client) {
	one, err := concurrency.NewSession(c)
	must(err)
	two, err := concurrency.NewSession(c)
	must(err)
	first, second := concurrency.NewElection(one, "go/e"), concurrency.NewElection(two, "go/e")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	must(first.Campaign(ctx, "first"))
	won := make(chan error, 1)
	go func() { won <- second.Campaign(ctx, "second") }()
	observed := second.Observe(ctx)
	r := <-observed
	check(string(r.Kvs[0].Value) == "first", "observed %v", r)
	must(first.Proclaim(ctx, "still first"))
	check(string((<-observed).Kvs[0].Value) == "still first", "proclaimed")
	leader, err := second.Leader(ctx)
	must(err)
	check(string(leader.Kvs[0].Value) == "still first", "leader %v", leader)
	must(first.Resign(ctx))
	must(<-won)
	check(string((<-observed).Kvs[0].Value) == "second", "took over")
	must(one.Close())
	must(two.Close())
}

func stm(ctx context.Context, c *clientv3.Client) {
	put(ctx, c, "go/acc1", "100")
	put(ctx, c, "go/acc2", "100")
	var group sync.WaitGroup
	for _, isolation := range []concurrency.Isolation{concurrency.SerializableSnapshot, concurrency.Serializable,
		concurrency.RepeatableReads} {
		for range 4 {
			group.Go(func() {
				_, err := concurrency.NewSTM(c, func(s concurrency.STM) error {
					var a, b int
					fmt.Sscan(s.Get("go/acc1"), &a)
					fmt.Sscan(s.Get("go/acc2"), &b)
					s.Put("go/acc1", fmt.Sprint(a-7))
					s.Put("go/acc2", fmt.Sprint(b+7))
					return nil
				}, concurrency.WithIsolation(isolation), concurrency.WithAbortContext(ctx))
				must(err)
			})
		}
	}
	group.Wait()
	a, b := string(get(ctx, c, "go/acc1").Kvs[0].Value), string(get(ctx, c, "go/acc2").Kvs[0].Value)
	check(a == "16" && b == "184", "accounts %s %s", a, b)
}

func namespaced(ctx context.Context, c *clientv3.Client) {
	inside := namespace.NewKV(c.KV, "go/ns/")
	put(ctx, inside, "k", "v")
	check(string(get(ctx, c, "go/ns/k").Kvs[0].Value) == "v", "outside")
	check(keysOf(get(ctx, inside, "", clientv3.WithPrefix()).Kvs) == "k", "inside")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watcher := namespace.NewWatcher(c.Watcher, "go/ns/")
	ch := watcher.Watch(ctx, "", clientv3.WithPrefix(), clientv3.WithRev(1<<0+get(ctx, c, "go/ns/k").Header.Revision))
	put(ctx, inside, "k2", "v")
	check(string(events(ch, 1)[0].Kv.Key) == "k2", "watch")
}

func leased(ctx context.Context, c *clientv3.Client) {
	cached, closer, err := leasing.NewKV(c, "go/leasing/")
	must(err)
	defer closer()
	put(ctx, cached, "go/cached", "1")
	check(string(get(ctx, cached, "go/cached").Kvs[0].Value) == "1", "first")
	put(ctx, cached, "go/cached", "2")
	check(string(get(ctx, cached, "go/cached").Kvs[0].Value) == "2", "second")
}

func ordered(ctx context.Context, c *clientv3.Client) {
	kv := ordering.NewKV(c.KV, func(clientv3.Op, clientv3.OpResponse, int64) error {
		return errors.New("the revision went back")
	})
	for range 20 {
		put(ctx, kv, "go/ord", "x")
		get(ctx, kv, "go/ord", clientv3.WithSerializable())
	}
}

func mirrored(ctx context.Context, c *clientv3.Client) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := mirror.NewSyncer(c, "go/r/", 0)
	base, errs := s.SyncBase(ctx)
	total := 0
	for r := range base {
		total += len(r.Kvs)
	}
	must(<-errs)
	check(total == 4, "base of %d keys", total)
	updates := s.SyncUpdates(ctx)
	put(ctx, c, "go/r/new", "x")
	check(string(events(updates, 1)[0].Kv.Key) == "go/r/new", "update")
}

func naming(ctx context.Context, c *clientv3.Client) {
	m, err := endpoints.NewManager(c, "go/service")
	must(err)
	must(m.AddEndpoint(ctx, "go/service/one", endpoints.Endpoint{Addr: "10.0.0.1:1"}))
	list, err := m.List(ctx)
	must(err)
	check(list["go/service/one"].Addr == "10.0.0.1:1", "endpoints %v", list)
}

func cluster(ctx context.Context, c *clientv3.Client) {
	members, err := c.MemberList(ctx)
	must(err)
	check(len(members.Members) == 1 && members.Members[0].Name == "m1" && len(members.Members[0].ClientURLs) == 1 &&
		members.Members[0].ID == members.Header.MemberId, "members %v", members)
	must(c.Sync(ctx))
	check(len(c.Endpoints()) == 1, "synchronised %v", c.Endpoints())
	added, err := c.MemberAddAsLearner(ctx, []string{"http://127.0.0.1:1"})
	must(err)
	check(added.Member.IsLearner && len(added.Members) == 2, "added %v", added)
	_, err = c.MemberPromote(ctx, added.Member.ID)
	check(errors.Is(err, rpctypes.ErrMemberLearnerNotReady), "promote %v", err)
	removed, err := c.MemberRemove(ctx, added.Member.ID)
	must(err)
	check(len(removed.Members) == 1, "removed %v", removed)
}

func maintenance(ctx context.Context, c *clientv3.Client) {
	endpoint := c.Endpoints()[0]
	s, err := c.Status(ctx, endpoint)
	must(err)
	check(s.Version == "3.7.1" && s.Leader == s.Header.MemberId && s.RaftIndex > 0 && s.RaftAppliedIndex > 0 &&
		s.RaftTerm > 0 && s.DbSize > 0 && s.DbSizeInUse > 0 && !s.IsLearner && s.StorageVersion == "3.7.0" &&
		len(s.Errors) == 0, "status %v", s)
	alarms, err := c.AlarmList(ctx)
	must(err)
	check(len(alarms.Alarms) == 0, "alarms %v", alarms)
	one, err := c.HashKV(ctx, endpoint, 0)
	must(err)
	two, err := c.HashKV(ctx, endpoint, one.HashRevision)
	must(err)
	check(one.Hash == two.Hash && one.HashRevision > 0, "hashes %v %v", one, two)
	_, err = c.Defragment(ctx, endpoint)
	must(err)
	three, err := c.HashKV(ctx, endpoint, one.HashRevision)
	must(err)
	check(one.Hash == three.Hash, "after defragmentation")
	_, err = c.Downgrade(ctx, clientv3.DowngradeValidate, "3.6.0")
	must(err)
	_, err = c.Downgrade(ctx, clientv3.DowngradeValidate, "3.4.0")
	check(errors.Is(err, rpctypes.ErrInvalidDowngradeTargetVersion), "downgrade %v", err)
}

func snapshot(ctx context.Context, c *clientv3.Client) {
	s, err := c.SnapshotWithVersion(ctx)
	must(err)
	check(s.Version == "3.7.0", "version %q", s.Version)
	var file bytes.Buffer
	n, err := io.Copy(&file, s.Snapshot)
	must(err)
	must(s.Snapshot.Close())
	check(n%512 == 32, "%d bytes: a database and its SHA-256", n)
}

func auth(ctx context.Context, c *clientv3.Client) {
	_, err := c.AuthEnable(ctx)
	check(errors.Is(err, rpctypes.ErrRootUserNotExist), "without root %v", err)
	for _, name := range []string{"root", "go-user"} {
		_, err = c.UserAdd(ctx, name, "secret")
		must(err)
		_, err = c.RoleAdd(ctx, name)
		must(err)
		_, err = c.UserGrantRole(ctx, name, name)
		must(err)
	}
	_, err = c.RoleGrantPermission(ctx, "go-user", "go/mine/", clientv3.GetPrefixRangeEnd("go/mine/"),
		clientv3.PermissionType(clientv3.PermReadWrite))
	must(err)
	_, err = c.AuthEnable(ctx)
	must(err)
	login := func(name, password string) (*clientv3.Client, error) {
		return clientv3.New(clientv3.Config{Endpoints: c.Endpoints(), Username: name, Password: password, Logger: zap.NewNop()})
	}
	_, err = c.Put(ctx, "go/mine/1", "x")
	check(errors.Is(err, rpctypes.ErrUserEmpty), "nobody %v", err)
	wrong, err := login("root", "wrong")
	if err == nil {
		_, err = wrong.Get(ctx, "x")
		wrong.Close()
	}
	check(err != nil && strings.Contains(err.Error(), "authentication failed"), "wrong password %v", err)
	user, err := login("go-user", "secret")
	must(err)
	defer user.Close()
	put(ctx, user, "go/mine/1", "x")
	_, err = user.Put(ctx, "go/yours", "x")
	check(errors.Is(err, rpctypes.ErrPermissionDenied), "denied %v", err)
	_, err = user.Get(ctx, "go/", clientv3.WithPrefix())
	check(errors.Is(err, rpctypes.ErrPermissionDenied), "denied range %v", err)
	denied := next(user.Watch(ctx, "go/yours"))
	check(denied.Canceled && denied.Err() != nil, "denied watch %v", denied)
	root, err := login("root", "secret")
	must(err)
	defer root.Close()
	status, err := root.AuthStatus(ctx)
	must(err)
	check(status.Enabled && status.AuthRevision > 1, "status %v", status)
	_, err = root.AuthDisable(ctx)
	must(err)
}
