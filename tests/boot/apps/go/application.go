package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	fmt.Println("starts")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello from go on %s, %s", os.Getenv("PORT"), os.Getenv("WORD"))
	})
	fmt.Println(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
