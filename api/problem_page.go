package api

import (
	"net/http"

	"saldo/domain/words"
)

// problemPage explains a problem: what its type URL leads to.
func (s *Server) problemPage(c *call) (answer, error) {
	for _, k := range problemKinds() {
		if string(k.code) == c.v("code") {
			return answer{status: http.StatusOK, value: map[string]any{
				"code": k.code, "status": k.status, "retryable": k.retryable,
				"title": InLanguages[string]{k.title.ID, k.title.EN}, "cure": InLanguages[string]{k.cure.ID, k.cure.EN}, "language": words.ID,
			}}, nil
		}
	}
	return answer{}, refuse(ProblemNotFound, "")
}
