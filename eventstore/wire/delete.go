package wire

import (
	"context"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// Delete is refused: nothing is ever deleted from a ledger. With AllowDelete the stream is hidden until it is appended to.
func (s *streamsService) Delete(ctx context.Context, request *streams.DeleteReq) (*streams.DeleteResp, error) {
	_, isRevision := request.GetOptions().GetExpectedStreamRevision().(*streams.DeleteReq_Options_Revision)
	at, err := s.delete(ctx, string(request.GetOptions().GetStreamIdentifier().GetStreamName()), request.GetOptions(), isRevision, false)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{CommitPosition: at.commit, PreparePosition: at.prepare},
	}}, nil
}

// Tombstone is refused as Delete is. With AllowDelete the stream is hidden for as long as the server runs.
func (s *streamsService) Tombstone(ctx context.Context, request *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	_, isRevision := request.GetOptions().GetExpectedStreamRevision().(*streams.TombstoneReq_Options_Revision)
	at, err := s.delete(ctx, string(request.GetOptions().GetStreamIdentifier().GetStreamName()), request.GetOptions(), isRevision, true)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: at.commit, PreparePosition: at.prepare},
	}}, nil
}

func (s *streamsService) delete(ctx context.Context, stream string, options expecting, isRevision, forEver bool) (place, error) {
	h := s.server.history
	if h.overlay == nil || strings.HasPrefix(stream, "$") || stream == IdentityStream {
		return place{}, errDenied
	}
	expected, err := expectationOf(options, isRevision)
	if err != nil {
		return place{}, err
	}
	return h.overlay.delete(ctx, h, stream, expected, forEver)
}
