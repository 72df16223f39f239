package wire

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// defaultWindow is the real server's search window for callers who want none.
const defaultWindow = 32

// A filter is compared with every event of the log, so it must not be arbitrarily dear.
const (
	maxRegexBytes = 4 << 10
	maxPrefixes   = 1024
)

// filter chooses events of $all by stream or by type. The zero filter takes all.
type filter struct {
	byType   bool
	prefixes []string
	regex    *regexp.Regexp
	every    uint64 // considered events between two checkpoints, 0 for no checkpoints
}

func filterOf(o *streams.ReadReq_Options_FilterOptions) (filter, error) {
	if o == nil {
		return filter{}, nil
	}
	var f filter
	var expression *streams.ReadReq_Options_FilterOptions_Expression
	switch by := o.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		expression = by.StreamIdentifier
	case *streams.ReadReq_Options_FilterOptions_EventType:
		expression, f.byType = by.EventType, true
	default:
		return f, &malformedError{"the filter is by nothing"}
	}
	f.prefixes = expression.GetPrefix()
	if len(f.prefixes) > maxPrefixes || len(expression.GetRegex()) > maxRegexBytes {
		return f, &malformedError{fmt.Sprintf("the filter has more than %d prefixes, or a regular expression of more than %d bytes", maxPrefixes, maxRegexBytes)}
	}
	if text := expression.GetRegex(); text != "" {
		var err error
		if f.regex, err = regexp.Compile(text); err != nil {
			return f, &malformedError{fmt.Sprintf("the filter's regular expression is not understood here (RE2, without look-around): %v", err)}
		}
	}
	if f.regex == nil && len(f.prefixes) == 0 {
		return f, &malformedError{"the filter has neither a regular expression nor prefixes"}
	}
	if o.GetCheckpointIntervalMultiplier() == 0 {
		return f, &malformedError{"checkpointIntervalMultiplier must be greater than 0"}
	}
	window := uint64(defaultWindow)
	if _, ok := o.GetWindow().(*streams.ReadReq_Options_FilterOptions_Max); ok {
		if window = uint64(o.GetMax()); window == 0 {
			return f, &malformedError{"the search window must be greater than 0"}
		}
	}
	f.every = min(window*uint64(o.GetCheckpointIntervalMultiplier()), math.MaxInt64)
	return f, nil
}

func (f filter) takes(e entry) bool {
	subject := e.Stream
	if f.byType {
		subject = e.Type
	}
	switch {
	case f.regex != nil:
		return f.regex.MatchString(subject)
	case len(f.prefixes) > 0:
		return slices.ContainsFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(subject, p) })
	}
	return true
}
