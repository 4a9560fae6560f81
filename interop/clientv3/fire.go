package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

const (
	fireKey   = "fire"
	fireLimit = 10 * time.Second
	fireTTL   = 20
)

// fire obeys its standard input, line by line, against several endpoints: "put VALUE" and "get" of one key. Each line is answered by
// "ok", by "ok VALUE" or by "failed REASON". Meanwhile it watches the key and keeps a lease alive; at the end of its input it says
// what became of both, and fails where an event came twice, was lost or was out of order, or where the lease ended.
func fire(endpoints string) {
	client, err := clientv3.New(clientv3.Config{Endpoints: strings.Split(endpoints, ","), DialTimeout: 5 * time.Second, Logger: zap.NewNop()})
	must(err)
	defer client.Close()
	grant, err := client.Grant(context.Background(), fireTTL)
	must(err)
	alive, err := client.KeepAlive(context.Background(), grant.ID)
	must(err)
	ended := make(chan struct{})
	go func() {
		for range alive {
		}
		close(ended)
	}()
	start, err := client.Get(context.Background(), fireKey)
	must(err)
	var seen, events atomic.Int64
	go watchFire(client, start.Header.Revision+1, &seen, &events)

	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		ctx, cancel := context.WithTimeout(context.Background(), fireLimit)
		fmt.Println(obey(ctx, client, input.Text()))
		cancel()
	}
	last := lastModified(client)
	for end := time.Now().Add(30 * time.Second); seen.Load() < last; time.Sleep(20 * time.Millisecond) {
		check(time.Now().Before(end), "the watch has seen revision %d of %d", seen.Load(), last)
	}
	select {
	case <-ended:
		check(false, "the lease was not kept alive")
	default:
	}
	left, err := client.TimeToLive(context.Background(), grant.ID)
	must(err)
	check(left.TTL > 0, "the lease has ended")
	fmt.Printf("watched %d events, lease with %d s left\n", events.Load(), left.TTL)
}

func obey(ctx context.Context, client *clientv3.Client, line string) string {
	if value, isPut := strings.CutPrefix(line, "put "); isPut {
		if _, err := client.Put(ctx, fireKey, value); err != nil {
			return "failed " + err.Error()
		}
		return "ok"
	}
	answer, err := client.Get(ctx, fireKey)
	if err != nil {
		return "failed " + err.Error()
	}
	if len(answer.Kvs) == 0 {
		return "failed no put was accepted yet"
	}
	return "ok " + string(answer.Kvs[0].Value)
}

// watchFire checks that each event is the next version of the key.
func watchFire(client *clientv3.Client, from int64, seen, events *atomic.Int64) {
	version := int64(0)
	for response := range client.Watch(context.Background(), fireKey, clientv3.WithRev(from)) {
		must(response.Err())
		for _, event := range response.Events {
			check(version == 0 || event.Kv.Version == version+1, "version %d after %d", event.Kv.Version, version)
			version = event.Kv.Version
			seen.Store(event.Kv.ModRevision)
			events.Add(1)
		}
	}
}

func lastModified(client *clientv3.Client) int64 {
	for end := time.Now().Add(30 * time.Second); ; {
		ctx, cancel := context.WithTimeout(context.Background(), fireLimit)
		answer, err := client.Get(ctx, fireKey)
		cancel()
		if err == nil {
			return answer.Kvs[0].ModRevision
		}
		check(time.Now().Before(end), "no last read: %v", err)
	}
}
