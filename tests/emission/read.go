// read: whether Go's readers, yaml.v3 and the one of Kubernetes, give back the texts that
// `emission write FOLDER` wrote.
//
// usage: read FOLDER
// The exit status is 1 where one text is another one.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	v3 "gopkg.in/yaml.v3"
	"sigs.k8s.io/yaml"
)

const shown = 5

func file(name string) []byte {
	data, err := os.ReadFile(filepath.Join(os.Args[1], name))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return data
}

func wanted(name string) (list []any) {
	if err := json.Unmarshal(file(name+".json"), &list); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return list
}

func compare(what string, wanted, got []any) bool {
	bad := 0
	if len(wanted) != len(got) {
		fmt.Printf("%s: %d texts became %d\n", what, len(wanted), len(got))
		bad++
	}
	for i := 0; i < len(wanted) && i < len(got); i++ {
		if !reflect.DeepEqual(wanted[i], got[i]) {
			if bad++; bad <= shown {
				fmt.Printf("%s: %#v became %#v\n", what, wanted[i], got[i])
			}
		}
	}
	return bad == 0
}

func main() {
	good := true
	check := func(what, name string, got []any, err error) {
		if err != nil {
			fmt.Printf("%s: %v\n", what, err)
			good = false
		} else if !compare(what, wanted(name), got) {
			good = false
		}
	}
	for _, name := range []string{"words", "more"} {
		var a, b []any
		err := v3.Unmarshal(file(name+".yaml"), &a)
		check("yaml.v3, "+name, name, a, err)
		err = yaml.Unmarshal(file(name+".yaml"), &b)
		check("sigs.k8s.io/yaml, "+name, name, b, err)
	}
	texts := wanted("texts")
	decoder := v3.NewDecoder(bytes.NewReader(file("texts.yaml")))
	got := make([]any, len(texts))
	for i := range got {
		if err := decoder.Decode(&got[i]); err != nil {
			check("yaml.v3, texts", "texts", nil, fmt.Errorf("%q: %w", texts[i], err))
			break
		}
	}
	check("yaml.v3, texts", "texts", got, nil)
	if !good {
		os.Exit(1)
	}
}
