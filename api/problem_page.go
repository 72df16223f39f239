package api

import (
	"net/http"
	"strconv"
)

// problemPage explains a problem: what its type URL leads to. Browsers get a page for people.
func (s *Server) problemPage(c *call) (answer, error) {
	q := c.query()
	q.text("lang")
	if err := q.err(); err != nil {
		return answer{}, err
	}
	for _, k := range problemKinds() {
		if string(k.code) != c.v("code") {
			continue
		}
		if c.wantsHTML() {
			return s.page(c, "problem.html", guideProblem{string(k.code), strconv.Itoa(k.status), k.title, k.cure, k.retryable})
		}
		return answer{status: http.StatusOK, header: map[string]string{"Vary": "Accept"}, value: problemMeaning{k.code, k.status, k.retryable, inBoth(k.title), inBoth(k.cure)}}, nil
	}
	return answer{}, refuse(ProblemNotFound, "")
}
