package main

import (
	"net/http"
	"os"

	"example.com/shop/greeting"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(greeting.Of("a module")))
	})
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
