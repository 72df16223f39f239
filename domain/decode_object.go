package domain

import "reflect"

// DecodeObject reads one JSON object into a struct, as strictly as a command is read: nothing unknown, nothing twice, nothing
// missing, nothing personal. into points at the struct. The error is an *InputError that lists everything.
func DecodeObject(content []byte, into any) error {
	d := decoder{}
	if !d.readable(content) {
		return d.err()
	}
	root, err := parseJSON(content)
	if err != nil {
		d.notJSON(err)
		return d.err()
	}
	if root.kind != '{' {
		d.add(ValueType, nil, "must be an object, found "+root.what(), "")
		return d.err()
	}
	d.object(nil, &root, reflect.ValueOf(into).Elem())
	return d.err()
}
