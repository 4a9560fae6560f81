// Command benchload is the part of the benchmark that h2load cannot do: it waits for a first answered put, fills a
// server with keys, and receives what many watchers are sent. Every load is bounded by the numbers on its command line.
//
//	benchload firstput ENDPOINT                     prints the time of the first answered put, in Unix nanoseconds
//	benchload fill ENDPOINT KEYS SIZE WORKERS       puts KEYS keys of 32 bytes with values of SIZE bytes, one by one
//	benchload watch ENDPOINT STREAMS PER PUTS       PER watchers of one key on each of STREAMS streams, then PUTS puts
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	switch os.Args[1] {
	case "firstput":
		firstPut(os.Args[2])
	case "fill":
		fill(os.Args[2], number(3), number(4), number(5))
	case "watch":
		watch(os.Args[2], number(3), number(4), number(5))
	}
}

func number(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	must(err)
	return n
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dial(endpoint string) *grpc.ClientConn {
	conn, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithInitialWindowSize(1<<20), grpc.WithInitialConnWindowSize(1<<24))
	must(err)
	return conn
}

// firstPut tries with a new connection each time: a refused one would back off for a second.
func firstPut(endpoint string) {
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		conn := dial(endpoint)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_, err := etcdserverpb.NewKVClient(conn).Put(ctx, &etcdserverpb.PutRequest{Key: []byte("first"), Value: []byte("x")})
		cancel()
		conn.Close()
		if err == nil {
			fmt.Println(time.Now().UnixNano())
			return
		}
	}
	fmt.Fprintln(os.Stderr, "no put was answered within a minute")
	os.Exit(1)
}

func fill(endpoint string, keys, size, workers int) {
	const connections = 4
	value := make([]byte, size)
	for i := range value {
		value[i] = byte('a' + i%26)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	for range connections {
		kv := etcdserverpb.NewKVClient(dial(endpoint))
		for range workers / connections {
			group.Go(func() {
				for {
					i := next.Add(1) - 1
					if i >= int64(keys) {
						return
					}
					_, err := kv.Put(context.Background(),
						&etcdserverpb.PutRequest{Key: fmt.Appendf(nil, "/fill/%026d", i), Value: value})
					must(err)
				}
			})
		}
	}
	group.Wait()
	report(map[string]any{"seconds": time.Since(start).Seconds(), "operations": keys})
}

func watch(endpoint string, streams, per, puts int) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	conn := dial(endpoint)
	latencies := make([][]int64, streams)
	sent := make([]int64, puts)
	var created, received sync.WaitGroup
	created.Add(streams * per)
	received.Add(streams)
	for s := range streams {
		stream, err := etcdserverpb.NewWatchClient(dial(endpoint)).Watch(ctx)
		must(err)
		go func() {
			for range per {
				must(stream.Send(&etcdserverpb.WatchRequest{RequestUnion: &etcdserverpb.WatchRequest_CreateRequest{
					CreateRequest: &etcdserverpb.WatchCreateRequest{Key: []byte("watched")}}}))
			}
		}()
		go func() {
			for n := 0; n < per*puts; {
				r, err := stream.Recv()
				must(err)
				if r.Created {
					created.Done()
				}
				now := time.Now().UnixNano()
				for _, e := range r.Events {
					i, _ := strconv.Atoi(string(e.Kv.Value[:8]))
					latencies[s] = append(latencies[s], now-atomic.LoadInt64(&sent[i]))
					n++
				}
			}
			received.Done()
		}()
	}
	created.Wait()
	kv := etcdserverpb.NewKVClient(conn)
	start := time.Now()
	for i := range puts {
		atomic.StoreInt64(&sent[i], time.Now().UnixNano())
		_, err := kv.Put(ctx, &etcdserverpb.PutRequest{Key: []byte("watched"), Value: fmt.Appendf(nil, "%08d%0248d", i, i)})
		must(err)
	}
	received.Wait()
	seconds := time.Since(start).Seconds()
	all := slices.Concat(latencies...)
	slices.Sort(all)
	report(map[string]any{"seconds": seconds, "operations": len(all),
		"p50ms": float64(all[len(all)/2]) / 1e6, "p99ms": float64(all[len(all)*99/100]) / 1e6})
}

func report(values map[string]any) {
	must(json.NewEncoder(os.Stdout).Encode(values))
}
