// A web server and its clients in one process, over loopback. Writes a trace to standard output.
package main

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/trace"
	"sync"
)

func main() {
	clients := flag.Int("clients", 8, "connections at the same time")
	requests := flag.Int("requests", 4, "requests for each connection")
	flag.Parse()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		work := make(chan string)
		go func() { work <- r.URL.Path }()
		io.WriteString(w, <-work)
	}))
	trace.Start(os.Stdout)
	var wg sync.WaitGroup
	for i := 0; i < *clients; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			client := &http.Client{Transport: &http.Transport{}}
			for j := 0; j < *requests; j++ {
				answer, err := client.Get(server.URL + "/pixel")
				if err != nil {
					panic(err)
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}()
	}
	wg.Wait()
	trace.Stop()
}
