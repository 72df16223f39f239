package eventstore

import "context"

// StreamAppend is one append of a batch.
type StreamAppend struct {
	Stream string
	At     Expected
	Events []EventData
}

// Result is the outcome of one append of a batch: exactly what Append would have answered.
type Result struct {
	Appended Appended
	Err      error
}

// Batcher is offered by stores that take many appends at once, in order, so that one synced group carries them. Each append
// keeps its own outcome: a batch is not atomic. What is accepted stands in the log in the order of the batch, as far as its
// appends don't have to wait for each other.
type Batcher interface {
	AppendBatch(ctx context.Context, appends []StreamAppend) []Result
}
